package dev.cloister.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The arrows of docs/architecture.md, as a rule. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ArchitectureTest {
    private static final String ROOT = "dev.cloister.";

    /** What each module may know of the others; anything else breaks the build. */
    private static final Map<String, List<String>> ARROWS =
            Map.of(
                    "api", List.of(),
                    "storage", List.of(),
                    "keys", List.of("storage"),
                    "identity", List.of("api", "storage", "keys"),
                    "runtimes", List.of(),
                    "worker", List.of("runtimes"),
                    "observe", List.of("api", "storage"),
                    "functions", List.of("api", "identity", "storage", "runtimes"),
                    "invoke", List.of("api", "functions", "worker", "runtimes"));

    private final JavaClasses product =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.cloister");

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

    @Test
    void packagesHaveNoCycles() {
        for (String module : ARROWS.keySet()) {
            slices().matching(ROOT + module + ".(*)..").should().beFreeOfCycles().check(product);
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
                .resideOutsideOfPackages(
                        ROOT + "worker.linux..",
                        ROOT + "worker.sandbox..",
                        ROOT + "runtimes..",
                        ROOT + "functions.code..",
                        ROOT + "server..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.ProcessBuilder")
                .because("starting a process is a privilege with a reason in the security model")
                .check(product);
    }

    @Test
    void amazonsTypesStopAtTheEdgeOfAModule() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + "storage..",
                        ROOT + "keys..",
                        ROOT + "worker..",
                        ROOT + "runtimes..",
                        ROOT + "functions",
                        ROOT + "functions.code..",
                        ROOT + "invoke",
                        ROOT + "observe")
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

    @Test
    void exceptionsAreTyped() {
        noClasses()
                .that()
                .resideInAPackage("dev.cloister..")
                .should()
                .callConstructor(RuntimeException.class, String.class)
                .orShould()
                .callConstructor(RuntimeException.class, String.class, Throwable.class)
                .because("a failure has a type of its own")
                .check(product);
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
