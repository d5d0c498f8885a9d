package dev.cloister.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionReferenceTest {
    private static final RequestContext CONTEXT =
            Installation.context(Installation.ACCOUNT, Installation.REGION);

    @ParameterizedTest
    @CsvSource({
        "hello, hello,",
        "hello:7, hello, 7",
        "hello:$LATEST, hello, $LATEST",
        "hello:$LATEST.PUBLISHED, hello, $LATEST.PUBLISHED",
        "hello:live, hello, live",
        "function:hello, hello,",
        "function, function,",
        "function:function:1, function, 1",
        "123456789012:function:hello, hello,",
        "123456789012:hello:3, hello, 3",
        "us-east-1:123456789012:function:hello:live, hello, live",
        "arn:aws:lambda:us-east-1:123456789012:function:hello, hello,",
        "arn:aws:lambda:us-east-1:123456789012:function:hello:live, hello, live",
        "arn:aws:lambda:us-east-1:123456789012:function, function,",
        "dotted.name, dotted.name,",
        "a_b-C9, a_b-C9,"
    })
    void readsEveryForm(String given, String name, String qualifier) {
        FunctionReference reference = FunctionReference.forInvoke(given, Optional.empty(), CONTEXT);
        assertThat(reference.name()).isEqualTo(name);
        assertThat(reference.qualifier()).isEqualTo(Optional.ofNullable(qualifier));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "hello:$LATES",
                "hello:$latest",
                "hello:1:2",
                "arn:aws:lambda::123456789012:function:hello",
                "arn:aws:lambda:us-east-1::function:hello",
                "arn:aws:s3:us-east-1:123456789012:function:hello",
                "arn:aws:lambda:us-east:123456789012:function:hello",
                "hello\n",
                "hello/world"
            })
    void refusesMalformedNames(String given) {
        assertThatThrownBy(() -> FunctionReference.forInvoke(given, Optional.empty(), CONTEXT))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("ValidationException");
                            assertThat(e.message())
                                    .startsWith(
                                            "1 validation error detected: Value '"
                                                    + given
                                                    + "' at 'functionName' failed to satisfy"
                                                    + " constraint: Member must satisfy regular"
                                                    + " expression pattern: ");
                        });
    }

    @Test
    void namesAnotherAccountsFunctionForInvokeOnly() {
        String other = "arn:aws:lambda:us-east-1:210987654321:function:hello:live";
        assertThat(FunctionReference.forInvoke(other, Optional.empty(), CONTEXT).arn())
                .isEqualTo(other);
        assertThatThrownBy(
                        () ->
                                FunctionReference.of(
                                        other, Optional.empty(), CONTEXT, "lambda:GetFunction"))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.code()).isEqualTo("AccessDeniedException");
                            assertThat(e.message())
                                    .contains(
                                            "is not authorized to perform: lambda:GetFunction on"
                                                    + " resource: "
                                                    + other);
                        });
    }

    @Test
    void refusesNamesOverTheLimitOnly() {
        assertThat(FunctionReference.forInvoke("n".repeat(140), Optional.empty(), CONTEXT).name())
                .hasSize(140);
        assertError(
                "n".repeat(141),
                Optional.empty(),
                "ValidationException",
                "Member must have length less than or equal to 140");
    }

    @Test
    void qualifiersMustAgree() {
        assertThat(FunctionReference.forInvoke("f:1", Optional.of("1"), CONTEXT).qualifier())
                .contains("1");
        assertThat(FunctionReference.forInvoke("f", Optional.of("$latest"), CONTEXT).qualifier())
                .contains("$latest");
        assertThat(FunctionReference.forInvoke("f", Optional.of(""), CONTEXT).qualifier())
                .isEmpty();
        assertError(
                "f:1",
                Optional.of("2"),
                "InvalidParameterValueException",
                "The derived qualifier from the function name does not match the specified"
                        + " qualifier.");
        assertError("f", Optional.of("a b"), "ValidationException", "at 'qualifier'");
        assertError("f", Optional.of("q".repeat(129)), "ValidationException", "at 'qualifier'");
    }

    @Test
    void otherRegionsAreNotReachable() {
        assertError(
                "arn:aws:lambda:eu-west-1:123456789012:function:f",
                Optional.empty(),
                "ResourceNotFoundException",
                "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')");
        assertError(
                "arn:aws:lambda:eusc-de-east-1:123456789012:function:f",
                Optional.empty(),
                "ResourceNotFoundException",
                "Functions from 'eusc-de-east-1' are not reachable");
    }

    @Test
    void nothingIsCreatedInOtherAccounts() {
        assertThatThrownBy(() -> FunctionReference.forCreate("999999999999:function:f", CONTEXT))
                .isInstanceOfSatisfying(AwsError.class, e -> assertThat(e.message()).isEmpty());
    }

    @Test
    void anyArnReadsBackAsItself() {
        for (long seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            String name = word(random, 1 + random.nextInt(64));
            Optional<String> qualifier =
                    switch (random.nextInt(3)) {
                        case 0 -> Optional.empty();
                        case 1 -> Optional.of("$LATEST");
                        default -> Optional.of(word(random, 1 + random.nextInt(20)));
                    };
            FunctionReference made =
                    new FunctionReference(
                            Installation.ACCOUNT, Installation.REGION, name, qualifier);
            assertThat(FunctionReference.forInvoke(made.arn(), Optional.empty(), CONTEXT))
                    .as("seed %d", seed)
                    .isEqualTo(made);
        }
    }

    @Test
    void anyTextIsReadOrRefusedAsACallersError() {
        String alphabet = "ab1:-_$. arnlambdfuctio\u00e9\n/%LATEST";
        for (long seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                FunctionReference.forInvoke(text.toString(), Optional.empty(), CONTEXT);
            } catch (AwsError refused) {
                assertThat(refused.status()).as("seed %d", seed).isBetween(400, 404);
            }
        }
    }

    private static String word(Random random, int length) {
        String alphabet = "abcXYZ019-_";
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }

    private static void assertError(
            String given, Optional<String> qualifier, String code, String message) {
        assertThatThrownBy(() -> FunctionReference.forInvoke(given, qualifier, CONTEXT))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(code);
                            assertThat(e.message()).contains(message);
                        });
    }
}
