package dev.cloister.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.server.command.Arguments.Syntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher prints the help; the options are parsed here. */
class HelpTextTest {
    private static final Pattern OPTION = Pattern.compile("(?m)^  (--[a-z-]+)");

    /** These the launcher takes itself. */
    private static final Set<String> OF_LAUNCHER = Set.of("--help", "--data", "--detach");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "status",
                "accounts",
                "keys",
                "iam",
                "sign",
                "logs",
                "runtimes",
                "doctor"
            })
    void namesExactlyTheOptionsOfTheSubcommand(String name) throws IOException {
        Syntax syntax = new Main(System.out, System.err).subcommand(name).syntax();
        Set<String> taken = new TreeSet<>(syntax.valued());
        taken.addAll(syntax.flags());

        Set<String> told =
                OPTION.matcher(text(name))
                        .results()
                        .map((MatchResult match) -> match.group(1))
                        .filter(option -> !OF_LAUNCHER.contains(option))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(told).isEqualTo(taken);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cloister",
                "up",
                "down",
                "status",
                "env",
                "accounts",
                "sign",
                "runtimes",
                "keys",
                "iam",
                "logs",
                "doctor",
                "test",
                "version"
            })
    void fitsATerminal(String name) throws IOException {
        assertThat(text(name).lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
    }

    private static String text(String name) throws IOException {
        try (var text = HelpTextTest.class.getResourceAsStream("help/" + name + ".txt")) {
            assertThat(text).as(name).isNotNull();
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
