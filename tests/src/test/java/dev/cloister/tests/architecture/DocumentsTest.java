package dev.cloister.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.tests.product.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the documents name is there: tests, files, versions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DocumentsTest {
    private static final Pattern NAMED_TEST =
            Pattern.compile("`([A-Z]\\w*(?:Test|Contract))(?:\\.(\\w+))?`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
    private static final Pattern VERSION = Pattern.compile("<[\\w.-]+\\.version>([^<]+)</");
    private static final Pattern PROMISE = Pattern.compile("(?m)^\\| W-[0-9.]+ \\|.*");

    private final Path home = Installation.home();

    @Test
    void everyTestThatADocumentNamesIsThere() throws IOException {
        Map<String, String> tests = tests();
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            NAMED_TEST
                    .matcher(Files.readString(document))
                    .results()
                    .filter(named -> !isThere(tests, named))
                    .forEach(named -> missing.add(document.getFileName() + ": " + named.group()));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyPromiseOfTheWhitepaperHasATestOrIsNotThereYetOrIsNotOurs() throws IOException {
        List<String> vague =
                PROMISE.matcher(Files.readString(home.resolve("docs/whitepaper.md")))
                        .results()
                        .map(MatchResult::group)
                        .filter(row -> !row.endsWith("| – |"))
                        .filter(
                                row ->
                                        !NAMED_TEST
                                                        .matcher(proof(row))
                                                        .results()
                                                        .allMatch(named -> named.group(2) != null)
                                                || !NAMED_TEST.matcher(proof(row)).find())
                        .toList();
        assertThat(vague).isEmpty();
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            LINK.matcher(Files.readString(document))
                    .results()
                    .map(link -> link.group(1))
                    .filter(target -> !Files.exists(document.resolveSibling(target)))
                    .forEach(target -> broken.add(document.getFileName() + ": " + target));
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyVersionOfTheBuildIsInTheListOfDependencies() throws IOException {
        String list = Files.readString(home.resolve("docs/dependencies.md"));
        assertThat(
                        VERSION.matcher(Files.readString(home.resolve("pom.xml")))
                                .results()
                                .map(version -> version.group(1)))
                .isNotEmpty()
                .allMatch(list::contains);
    }

    private static String proof(String row) {
        return row.substring(row.lastIndexOf(" | "));
    }

    /** A class may be meant as a whole; a method has to be its own. */
    private static boolean isThere(Map<String, String> tests, MatchResult named) {
        String source = tests.get(named.group(1));
        return source != null
                && (named.group(2) == null || source.contains(" " + named.group(2) + "("));
    }

    /** Source by simple name; of classes that share one, the sources together. */
    private Map<String, String> tests() throws IOException {
        Map<String, String> tests = new HashMap<>();
        try (Stream<Path> modules = Files.list(home)) {
            for (Path folder : modules.map(each -> each.resolve("src/test/java")).toList()) {
                if (Files.isDirectory(folder)) {
                    addTests(folder, tests);
                }
            }
        }
        return tests;
    }

    private static void addTests(Path folder, Map<String, String> tests) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                tests.merge(name, Files.readString(file), String::concat);
            }
        }
    }

    private List<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(home);
                Stream<Path> docs = Files.list(home.resolve("docs"))) {
            return Stream.concat(root, docs)
                    .filter(each -> each.toString().endsWith(".md"))
                    .toList();
        }
    }
}
