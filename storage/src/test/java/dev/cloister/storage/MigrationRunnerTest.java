package dev.cloister.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MigrationRunnerTest {
    private static final String ONE =
            """
            CREATE TABLE a (x TEXT DEFAULT ';');
            CREATE INDEX a_x ON a (x);
            """;
    private static final String TWO = "ALTER TABLE a ADD COLUMN y INTEGER";

    @TempDir private Path folder;

    private SqliteDatabase open(Migration... migrations) {
        return new SqliteDatabase(folder.resolve("state.db"), List.of(migrations));
    }

    private static Migration a(String... steps) {
        return new Migration("a", List.of(steps));
    }

    @Test
    void stepsAreAppliedOnceAndLaterOnesAdded() {
        open(a(ONE)).close();
        try (SqliteDatabase database = open(a(ONE, TWO), new Migration("b", List.of()))) {
            database.update(h -> h.execute("INSERT INTO a (x, y) VALUES ('1', 2)"));
        }
        try (SqliteDatabase database = open(a(ONE, TWO))) {
            assertThat(
                            database.<Integer>read(
                                    h -> h.select("SELECT y FROM a").mapTo(Integer.class).one()))
                    .isEqualTo(2);
        }
    }

    @Test
    void formattingAStepIsNoEditAndChangingItIs() {
        open(a(ONE)).close();
        open(a("  " + ONE.replace("\n", "\n\n   "))).close();
        assertThatThrownBy(() -> open(a(ONE.replace("a_x", "a_by_x"))))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("step 1 of a")
                .hasMessageContaining("edited");
        open(a(ONE)).close();
    }

    @Test
    void aNewerDatabaseIsRefused() {
        open(a(ONE, TWO), new Migration("b", List.of("CREATE TABLE b (x TEXT)"))).close();
        assertThatThrownBy(
                        () -> open(a(ONE), new Migration("b", List.of("CREATE TABLE b (x TEXT)"))))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("at step 2 and this version knows 1")
                .hasMessageContaining("newer version");
        assertThatThrownBy(() -> open(a(ONE, TWO)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("[b]")
                .hasMessageContaining("newer version");
    }

    @Test
    void aFailingStepIsRolledBackWhole() {
        String bad = "CREATE TABLE c (x TEXT); INSERT INTO missing VALUES (1)";
        assertThatThrownBy(() -> open(a(ONE, bad)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("step 2 of a");
        try (SqliteDatabase database = open(a(ONE, "CREATE TABLE c (x TEXT)"))) {
            database.update(h -> h.execute("INSERT INTO c (x) VALUES ('there')"));
        }
    }

    @Test
    void twoMigrationsOfOneComponentAreAMistake() {
        assertThatThrownBy(() -> open(a(ONE), a(TWO))).isInstanceOf(IllegalArgumentException.class);
    }
}
