package dev.cloister.observe.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FilterPatternTest {
    private static final String TRAIL =
            """
            {"eventType": "UpdateTrail", "sourceIPAddress": "111.111.111.111", "n": 5, "ratio": 1.5e2,
             "arrayKey": ["value", "another value"], "a.b": "dotted", "yes": true, "no": false,
             "nothing": null, "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
             "SomeObject": {"deep": {"er": "x y"}}, "text": "404"}
            """;

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ERROR | [ERROR 400] BAD REQUEST | true",
                "ERROR | Exiting with ERRORCODE: -1 | true",
                "ERROR | error in lower case | false",
                "ERROR ARGUMENTS | [ERROR 419] MISSING ARGUMENTS | true",
                "ERROR ARGUMENTS | [ERROR 400] BAD REQUEST | false",
                "?ERROR ?ARGUMENTS | MISSING ARGUMENTS | true",
                "?ERROR ?ARGUMENTS | fine | false",
                "ERROR -ARGUMENTS | [ERROR 400] BAD REQUEST | true",
                "ERROR -ARGUMENTS | [ERROR 419] MISSING ARGUMENTS | false",
                "-ERROR | fine | true",
                "-\"ERROR 4\" | ERROR 400 | false",
                "\"INTERNAL SERVER ERROR\" | [ERROR 500] INTERNAL SERVER ERROR | true",
                "\"SERVER INTERNAL\" | INTERNAL SERVER | false",
                "\"say \\\"hi\\\"\" | they say \"hi\" | true",
                "?ERROR ?WARN INFO | INFO only | true",
                "?ERROR ?WARN INFO | ERROR only | false",
                "%AUTHORIZED% | [ERROR 401] UNAUTHORIZED REQUEST | true",
                "%^START [a-f0-9]{4}$% | START 0af9 | true",
                "%^START [a-f0-9]{4}$% | START 0af99 | false",
                "%10\\.10\\.0\\.1% | 10x10.0.1 | false",
                "%\\d+\\s\\w% | 12 a | true",
            })
    void terms(String pattern, String message, boolean matches) {
        assertThat(FilterPattern.parse(pattern).test(message)).isEqualTo(matches);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{ $.eventType = \"UpdateTrail\" }; true",
                "{ $.eventType = UpdateTrail }; true",
                "{$.eventType=\"UpdateTrail\"}; true",
                "{ $.eventType = \"Update*\" }; true",
                "{ $.eventType = * }; true",
                "{ $.eventType = \"updatetrail\" }; false",
                "{ $.eventType != \"Delete\" }; true",
                "{ $.sourceIPAddress != 123.123.* }; true",
                "{ $.sourceIPAddress = 111.111.* }; true",
                "{ $.missing = \"x\" }; false",
                "{ $.missing != \"x\" }; false",
                "{ $.arrayKey[0] = \"value\" }; true",
                "{ $.arrayKey[1] = \"value\" }; false",
                "{ $.arrayKey[*] = \"another value\" }; true",
                "{ $.arrayKey[9] NOT EXISTS }; true",
                "{ $.objectList[1].id = 2 }; true",
                "{ $.objectList[*].id > 1 }; true",
                "{ $.objectList[*].id > 2 }; false",
                "{ $.objectList = \"x\" }; false",
                "{ $.['a.b'] = \"dotted\" }; true",
                "{ $['a.b'] = \"dotted\" }; true",
                "{ $.SomeObject.deep.er = \"x y\" }; true",
                "{ $.n > 4 }; true",
                "{ $.n >= 5 }; true",
                "{ $.n < 5 }; false",
                "{ $.n <= 5.0 }; true",
                "{ $.n = 5 }; true",
                "{ $.n = 5.0 }; true",
                "{ $.n != 5 }; false",
                "{ $.ratio = 150 }; true",
                "{ $.ratio > 1e2 }; true",
                "{ $.text = 40* }; true",
                "{ $.text = 404 }; true",
                "{ $.eventType > 1 }; false",
                "{ $.yes IS TRUE }; true",
                "{ $.no IS FALSE }; true",
                "{ $.yes is false }; false",
                "{ $.nothing IS NULL }; true",
                "{ $.nothing EXISTS }; true",
                "{ $.missing IS NULL }; false",
                "{ $.missing NOT EXISTS }; true",
                "{ $.n EXISTS }; true",
                "{ $.eventType = %^Up.*l$% }; true",
                "{ $.eventType = %^Down% }; false",
                "{ ($.n = 5) && ($.yes IS TRUE) }; true",
                "{ $.n = 6 || $.yes IS TRUE && $.no IS FALSE }; true",
                "{ ($.n = 6 || $.yes IS TRUE) && $.no IS TRUE }; false",
                "{ $.n = 5 && ($.missing EXISTS || ($.text = \"404\")) }; true",
            })
    void json(String pattern, boolean matches) {
        assertThat(FilterPattern.parse(pattern).test(TRAIL)).isEqualTo(matches);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "[ip, user, username, timestamp, request, status_code, bytes]; true",
                "[ip, user, username, timestamp, request, status_code=4*, bytes > 1000]; true",
                "[ip, user, username, timestamp, request=*.html*, status_code=4*]; false",
                "[..., status_code=404 || status_code=410, bytes]; true",
                "[..., status_code>=400 && status_code<404, bytes]; false",
                "[ip=127.0.*, ...]; true",
                "[ip!=127.0.*, ...]; false",
                "[ip, ..., bytes<2000]; true",
                "[a, b]; false",
                "[ip=%127\\.0\\.0\\.[0-9]+%, ...]; true",
                "[..., request = \"GET /index.html HTTP/1.0\", s, b]; true",
            })
    void fields(String pattern, boolean matches) {
        String line =
                "127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] \"GET /index.html HTTP/1.0\" 404 1534";
        assertThat(FilterPattern.parse(pattern).test(line)).isEqualTo(matches);
    }

    @Test
    void blankPatternsMatchEverything() {
        for (String pattern : List.of("", " ")) {
            assertThat(FilterPattern.parse(pattern).matchesAll()).isTrue();
            assertThat(FilterPattern.parse(pattern).test("")).isTrue();
        }
        assertThat(FilterPattern.parse("\" \"").test("a b")).isTrue();
        assertThat(FilterPattern.parse("\" \"").test("ab")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo-bar",
                "http://x",
                "\"open",
                "?",
                "-",
                "%open",
                "%(group)%",
                "%something!%",
                "%\\p{L}%",
                "%[%",
                "%%",
                "{ $.a }",
                "{ $.a = }",
                "{ $.a > \"x\" }",
                "{ $.a = 1",
                "{ $.a = 1 } more",
                "{ a = 1 }",
                "{ $.a[x] = 1 }",
                "{ $.a = 1 && }",
                "{ ($.a = 1 }",
                "{ $.a NOT }",
                "[a, b",
                "[a, ..., b, ...]",
                "[a=1 || b=2]",
                "[=1]",
                "[]",
            })
    void whatIsNotOfTheSyntaxIsRefused(String pattern) {
        assertThatThrownBy(() -> FilterPattern.parse(pattern))
                .isInstanceOf(InvalidFilterException.class);
    }

    @Test
    void messagesThatAreNotJsonDoNotMatchJsonConditions() {
        FilterPattern pattern = FilterPattern.parse("{ $.a NOT EXISTS }");
        assertThat(pattern.test("plain")).isFalse();
        assertThat(pattern.test("{\"b\": 1")).isFalse();
        assertThat(pattern.test("[".repeat(100_000))).isFalse();
        assertThat(pattern.test(" {\"b\": 1e999999999} ")).isTrue();
        assertThat(FilterPattern.parse("{ $.b > 1 }").test("{\"b\": 1e999999999}")).isFalse();
    }

    @Test
    void alternativesOfARegularExpression() {
        FilterPattern pattern = FilterPattern.parse("%^gr[ae]y$|black%");
        assertThat(List.of("gray", "grey", "a black cat", "grey\n")).allMatch(pattern);
        assertThat(List.of("a gray cat", "groy", "")).noneMatch(pattern);
    }

    /** The expressions of the syntax against the JDK's engine. */
    @RepeatedTest(20)
    void regularExpressionsMatchAsTheJdks(RepetitionInfo repetition) {
        long seed = 7000L + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        String[] atoms = {
            "a", "b", ".", "[ab]", "[^a]", "\\d", "\\W", "1", "[a-c1]", "\\.", "\\x61"
        };
        String[] repetitions = {"", "", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "{1,3}"};
        for (int i = 0; i < 300; i++) {
            StringBuilder expression = new StringBuilder(random.nextInt(4) == 0 ? "^" : "");
            for (int j = 1 + random.nextInt(5); j > 0; j--) {
                expression.append(atoms[random.nextInt(atoms.length)]);
                expression.append(repetitions[random.nextInt(repetitions.length)]);
                expression.append(random.nextInt(8) == 0 && j > 1 ? "|" : "");
            }
            expression.append(random.nextInt(4) == 0 ? "$" : "");
            FilterPattern ours = FilterPattern.parse("%" + expression + "%");
            Pattern theirs = Pattern.compile(expression.toString());
            for (int j = 0; j < 20; j++) {
                StringBuilder text = new StringBuilder();
                for (int k = random.nextInt(8); k > 0; k--) {
                    text.append("ab1. é".charAt(random.nextInt(6)));
                }
                assertThat(ours.test(text.toString()))
                        .as("seed " + seed + ": " + expression + " on " + text)
                        .isEqualTo(theirs.matcher(text).find());
            }
        }
    }

    /** The cost of a hostile expression is bounded, whatever it is. */
    @Test
    @Timeout(20)
    void hostileRegularExpressionsTakeLinearTimeAndRunOutOfSteps() {
        FilterPattern pattern = FilterPattern.parse("%" + "a*".repeat(200) + "b%");
        assertThat(pattern.test("a".repeat(20_000))).isFalse();
        assertThatThrownBy(
                        () -> {
                            while (true) {
                                assertThat(pattern.test("a".repeat(1_000_000))).isFalse();
                            }
                        })
                .isInstanceOf(InvalidFilterException.class)
                .hasMessageContaining("too many steps");
        assertThatThrownBy(() -> FilterPattern.parse("%" + "a{1000}".repeat(5) + "%"))
                .isInstanceOf(InvalidFilterException.class);
    }

    @Test
    @Timeout(20)
    void wildcardsTakeNoExponentialTime() {
        FilterPattern pattern = FilterPattern.parse("{ $.a = \"" + "*a".repeat(300) + "b\" }");
        long start = System.nanoTime();
        assertThat(pattern.test("{\"a\": \"" + "a".repeat(100_000) + "\"}")).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    /** Any text at all is either parsed or refused as invalid; matching never fails otherwise. */
    @RepeatedTest(20)
    void anyTextIsParsedOrRefused(RepetitionInfo repetition) {
        long seed = 5000L + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        String alphabet = "{}[]()$.=!<>&|?-\"%*, a1eEXISTSNULL\\'é_";
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            if (random.nextBoolean()) {
                text.append(random.nextBoolean() ? "{ $." : "[");
            }
            for (int j = random.nextInt(30); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                FilterPattern pattern = FilterPattern.parse(text.toString());
                pattern.test(TRAIL);
                pattern.test("a 1 [x y] \"q");
            } catch (InvalidFilterException expected) {
                assertThat(expected).as("seed " + seed).hasMessageMatching("(?s)Inv.*|The reg.*");
            }
        }
    }

    /** Terms against the obvious implementation. */
    @RepeatedTest(20)
    void termsAreWhatTheyAreMeantToBe(RepetitionInfo repetition) {
        long seed = 6000L + repetition.getCurrentRepetition();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            List<String> included = words(random, 3);
            List<String> excluded = words(random, 2);
            StringBuilder pattern = new StringBuilder();
            included.forEach(word -> pattern.append(quoteSometimes(random, word)).append(' '));
            excluded.forEach(
                    word -> pattern.append('-').append(quoteSometimes(random, word)).append(' '));
            String message = String.join(" ", words(random, 12));
            boolean expected =
                    included.stream().allMatch(message::contains)
                            && excluded.stream().noneMatch(message::contains);
            assertThat(FilterPattern.parse(pattern.toString()).test(message))
                    .as("seed " + seed + ": " + pattern + " on " + message)
                    .isEqualTo(expected);
        }
    }

    private static String quoteSometimes(Random random, String word) {
        return random.nextBoolean() ? "\"" + word + "\"" : word;
    }

    private static List<String> words(Random random, int most) {
        List<String> words = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            words.add(Character.toString('a' + random.nextInt(4)) + random.nextInt(3));
        }
        return words;
    }
}
