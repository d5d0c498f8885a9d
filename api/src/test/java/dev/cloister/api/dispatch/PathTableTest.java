package dev.cloister.api.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.message.MalformedRequestException;
import dev.cloister.api.message.QueryString;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PathTableTest {
    private final PathTable<String> table = new PathTable<>();

    PathTableTest() {
        table.add("GET", "/f", "list");
        table.add("GET", "/f/{Name}", "get");
        table.add("DELETE", "/f/{Name}", "delete");
        table.add("GET", "/f/{Name}/x", "x");
        table.add("GET", "/f/special/x", "special");
        table.add("GET", "/f/{Id}/y/{N}", "y");
        table.add("GET", "/l?find=Version", "found");
        table.add("GET", "/l", "all");
        table.add("GET", "/b/{Key+}", "greedy");
    }

    private Optional<PathTable.Match<String>> find(String method, String path) {
        int question = path.indexOf('?');
        return table.find(
                method,
                question < 0 ? path : path.substring(0, question),
                QueryString.parse(question < 0 ? "" : path.substring(question + 1)));
    }

    private String target(String method, String path) {
        return find(method, path).map(PathTable.Match::target).orElse("none");
    }

    @Test
    void findsRoutesByMethodPathAndLiteralQuery() {
        assertThat(target("GET", "/f")).isEqualTo("list");
        assertThat(target("GET", "/f/")).isEqualTo("list");
        assertThat(target("POST", "/f")).isEqualTo("none");
        assertThat(target("DELETE", "/f/a")).isEqualTo("delete");
        assertThat(target("GET", "/f/special")).isEqualTo("get");
        assertThat(target("GET", "/f/special/x")).isEqualTo("special");
        assertThat(target("GET", "/f/other/x")).isEqualTo("x");
        assertThat(target("GET", "/f/special/y/1")).isEqualTo("y");
        assertThat(target("GET", "/l?a=b&find=Version")).isEqualTo("found");
        assertThat(target("GET", "/l?find=Other")).isEqualTo("all");
    }

    @Test
    void findsNothingElse() {
        for (String path :
                new String[] {"/", "//f", "/f//x", "/f/a/x/", "/f/a/b", "/F", "/f/a/y/"}) {
            String expected = path.equals("/f/a/x/") ? "x" : "none";
            assertThat(target("GET", path)).as(path).isEqualTo(expected);
        }
    }

    @Test
    void decodesLabelsOnceAndKeepsEncodedSlashesInTheirSegment() {
        assertThat(find("GET", "/f/a%2Fb%253A+c/y/%C3%A4").orElseThrow().labels())
                .isEqualTo(Map.of("Id", "a/b%3A+c", "N", "ä"));
        assertThat(find("GET", "/b/a/b%20c/").orElseThrow().labels())
                .isEqualTo(Map.of("Key", "a/b c"));
        assertThatThrownBy(() -> find("GET", "/f/%zz"))
                .isInstanceOf(MalformedRequestException.class);
    }
}
