package dev.cloister.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.server.command.Arguments.Syntax;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final Syntax SYNTAX =
            new Syntax(List.of("--port", "--set", "--output"), List.of("--follow"), 1);

    @Test
    void optionsAreGivenWithASpaceOrAnEqualsSign() {
        Arguments arguments = parse("--port", "1", "--set=a=b", "--set", "c", "--follow", "name");

        assertThat(arguments.value("--port")).contains("1");
        assertThat(arguments.values("--set")).containsExactly("a=b", "c");
        assertThat(arguments.has("--follow")).isTrue();
        assertThat(arguments.operands()).containsExactly("name");
    }

    @Test
    void whatIsNotGivenIsAbsent() {
        assertThat(parse().value("--port")).isEmpty();
        assertThat(parse().has("--follow")).isFalse();
        assertThat(parse().json()).isFalse();
    }

    @Test
    void whatTheSubcommandDoesNotTakeIsRefused() {
        assertThatThrownBy(() -> parse("--prot", "1")).hasMessage("'--prot' is not an option here");
        assertThatThrownBy(() -> parse("--follow=no"))
                .hasMessage("'--follow=no' is not an option here");
        assertThatThrownBy(() -> parse("--port")).hasMessage("--port needs a value");
        assertThatThrownBy(() -> parse("a", "b")).hasMessage("'b' is one argument too many");
        assertThatThrownBy(() -> parse("--port", "1", "--port", "2").value("--port"))
                .hasMessage("--port is given 2 times");
        assertThatThrownBy(() -> parse("--output", "xml").json())
                .hasMessage("--output is text or json");
        assertThatThrownBy(() -> parse().data()).hasMessage("--data is missing");
    }

    private static Arguments parse(String... given) {
        return Arguments.parse(SYNTAX, List.of(given));
    }
}
