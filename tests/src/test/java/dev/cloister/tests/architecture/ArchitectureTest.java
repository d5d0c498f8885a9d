package dev.cloister.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The arrows of docs/architecture.md, as a rule. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
    private static final String ROOT = "dev.cloister.";

    /** What each module may know of the others; anything else breaks the build. */
    private static final Map<String, List<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("api", List.of()),
                    Map.entry("storage", List.of()),
                    Map.entry("keys", List.of("api", "storage")),
                    Map.entry("identity", List.of("api", "storage", "keys")),
                    Map.entry("runtimes", List.of()),
                    Map.entry("worker", List.of("runtimes")),
                    Map.entry("observe", List.of("api", "storage")),
                    Map.entry("s3", List.of("api", "storage")),
                    Map.entry("signer", List.of("api", "storage")),
                    Map.entry("secrets", List.of("api", "storage", "keys")),
                    Map.entry(
                            "functions",
                            List.of("api", "identity", "storage", "runtimes", "signer")),
                    Map.entry("invoke", List.of("api", "functions", "worker", "runtimes")));

    private static final List<String> MODULES =
            Stream.concat(ARROWS.keySet().stream(), Stream.of("server")).sorted().toList();

    private final JavaClasses product =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(MODULES.stream().map(ROOT::concat).toList());

    @Test
    void dependenciesBetweenModulesPointOneWay() {
        ARROWS.forEach(
                (module, allowed) -> {
                    String[] forbidden =
                            ARROWS.keySet().stream()
                                    .filter(other -> !other.equals(module))
                                    .filter(other -> !allowed.contains(other))
                                    .map(other -> ROOT + other + "..")
                                    .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(ROOT + module + "..")
                            .should()
                            .dependOnClassesThat(
                                    resideInAnyPackage(forbidden)
                                            .or(resideInAnyPackage(ROOT + "server..")))
                            .because("docs/architecture.md states the arrows")
                            .check(product);
                });
    }

    /**
     * A module's root package is its public face: its insides implement what is declared there, and
     * its entry classes there build the insides. That one cycle is allowed; the packages below the
     * root have none. Some modules have no packages below it.
     */
    @Test
    void packagesHaveNoCycles() {
        for (String module : MODULES) {
            slices().matching(ROOT + module + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(product);
        }
    }

    @Test
    void onlyTheWorkersPrivilegedPackagesCallNativeCode() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "worker.linux..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .because("system calls are made in one audited package")
                .check(product);
    }

    @Test
    void onlyNamedPackagesStartProcesses() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "worker.linux..", ROOT + "runtimes..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .because("starting a process is a privilege with a reason in the security model")
                .check(product);
    }

    /**
     * The exceptions: {@code api} turns HTTP into Amazon's types and back for all modules, and the
     * command's client of the API signs with Amazon's signer.
     */
    @Test
    void amazonsTypesStopAtTheEdgeOfAModule() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        ROOT + "*.wire..",
                        ROOT + "api",
                        ROOT + "api.dispatch..",
                        ROOT + "api.validation..",
                        ROOT + "server.client..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .because("inside are the project's own records")
                .check(product);
    }

    @Test
    void helidonIsWrappedInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "api.http..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.helidon..")
                .check(product);
    }

    /** A constructor call by a class of the same kind is its own {@code super(…)}. */
    @Test
    void exceptionsAreTyped() {
        for (Class<? extends Exception> raw : List.of(RuntimeException.class, Exception.class)) {
            noClasses()
                    .that()
                    .areNotAssignableTo(raw)
                    .should()
                    .callCodeUnitWhere(target(name("<init>")).and(target(owner(type(raw)))))
                    .because("a failure has a type of its own")
                    .check(product);
        }
    }

    @Test
    void nothingIsNamedAfterItsRoleInAFramework() {
        classes()
                .that()
                .resideInAPackage("dev.cloister..")
                .should()
                .resideOutsideOfPackages(
                        "..util..", "..utils..", "..common..", "..controller..", "..service..")
                .check(product);
    }
}
