package dev.cloister.identity.policy;

import dev.cloister.identity.policy.ConditionOperator.Comparison;
import dev.cloister.identity.policy.PolicyDocument.Condition;
import dev.cloister.identity.policy.Template.Wildcards;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Compares values of requests with those of a condition. */
final class ValueTests {
    private static final int ARN_PARTS = 6;
    private static final int MOST_DIGITS = 40;
    private static final int MOST_EXPONENT = 100;

    private ValueTests() {}

    /** Whether one value of a request matches one of the policy. */
    interface ValueTest {
        boolean matches(String value, Facts facts);
    }

    /**
     * The tests of a condition's values.
     *
     * @throws MalformedPolicyException if a value can't be compared by the operator
     */
    static List<ValueTest> compile(Condition condition, boolean variables) {
        List<ValueTest> tests = new ArrayList<>();
        for (String value : condition.values()) {
            tests.add(compile(condition.operator().comparison(), value, variables));
        }
        return List.copyOf(tests);
    }

    private static ValueTest compile(Comparison comparison, String value, boolean variables) {
        return switch (comparison) {
            case STRING_EQUALS -> Template.compile(value, variables, Wildcards.ARE_TEXT)::matches;
            case STRING_LIKE -> Template.compile(value, variables, Wildcards.MATCH)::matches;
            case STRING_EQUALS_IGNORE_CASE -> ignoringCase(value, variables);
            case ARN_LIKE -> arn(value, variables);
            case NUMERIC_EQUALS -> number(value, order -> order == 0);
            case NUMERIC_LESS_THAN -> number(value, order -> order < 0);
            case NUMERIC_LESS_THAN_EQUALS -> number(value, order -> order <= 0);
            case NUMERIC_GREATER_THAN -> number(value, order -> order > 0);
            case NUMERIC_GREATER_THAN_EQUALS -> number(value, order -> order >= 0);
            case DATE_EQUALS -> date(value, order -> order == 0);
            case DATE_LESS_THAN -> date(value, order -> order < 0);
            case DATE_LESS_THAN_EQUALS -> date(value, order -> order <= 0);
            case DATE_GREATER_THAN -> date(value, order -> order > 0);
            case DATE_GREATER_THAN_EQUALS -> date(value, order -> order >= 0);
            case BOOL, NULL -> bool(value);
            case BINARY_EQUALS -> binary(value);
            case IP_ADDRESS -> {
                AddressRange range = AddressRange.parse(value).orElseThrow(ValueTests::malformed);
                yield (text, facts) -> facts.address(text).filter(range::contains).isPresent();
            }
        };
    }

    private static MalformedPolicyException malformed() {
        return new MalformedPolicyException("The policy failed legacy parsing");
    }

    private static ValueTest ignoringCase(String value, boolean variables) {
        Template template = Template.compile(value, variables, Wildcards.ARE_TEXT);
        return (text, facts) ->
                template.resolve(facts)
                        .filter(glob -> glob.folded().matches(ContextKeys.fold(text)))
                        .isPresent();
    }

    /** "Each of the six colon-delimited components of the ARN is checked separately". */
    private static ValueTest arn(String value, boolean variables) {
        Template template = Template.compile(value, variables, Wildcards.MATCH);
        Optional<List<Glob>> constant = template.constant().map(glob -> glob.split(ARN_PARTS));
        return (text, facts) ->
                constant.or(() -> template.resolve(facts).map(glob -> glob.split(ARN_PARTS)))
                        .filter(parts -> arnMatches(parts, text))
                        .isPresent();
    }

    private static boolean arnMatches(List<Glob> parts, String arn) {
        if (parts.size() == 1 && parts.getFirst().matchesEverything()) {
            return true;
        }
        String[] candidates = arn.split(":", ARN_PARTS);
        if (parts.size() != ARN_PARTS || candidates.length != ARN_PARTS) {
            return false;
        }
        for (int i = 0; i < ARN_PARTS; i++) {
            if (!parts.get(i).matches(candidates[i])) {
                return false;
            }
        }
        return true;
    }

    private static ValueTest number(String value, IntPredicate holds) {
        BigDecimal bound = number(value).orElseThrow(ValueTests::malformed);
        return (text, facts) ->
                number(text).filter(number -> holds.test(number.compareTo(bound))).isPresent();
    }

    /** Bounded: text of the request must not become a number of a million digits. */
    private static Optional<BigDecimal> number(String text) {
        if (text.length() > MOST_DIGITS) {
            return Optional.empty();
        }
        try {
            BigDecimal number = new BigDecimal(text.strip());
            return Math.abs((long) number.scale()) > MOST_EXPONENT
                    ? Optional.empty()
                    : Optional.of(number);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static ValueTest date(String value, IntPredicate holds) {
        Instant bound = date(value).orElseThrow(ValueTests::malformed);
        return (text, facts) ->
                date(text).filter(date -> holds.test(date.compareTo(bound))).isPresent();
    }

    /** A W3C date and time, a date, or seconds since 1970. */
    private static Optional<Instant> date(String text) {
        Optional<BigDecimal> seconds = number(text);
        try {
            if (seconds.isPresent() && !text.contains("-")) {
                return Optional.of(
                        Instant.ofEpochMilli(
                                seconds.get()
                                        .movePointRight(3)
                                        .setScale(0, java.math.RoundingMode.DOWN)
                                        .longValueExact()));
            }
            return Optional.of(
                    text.contains("T")
                            ? OffsetDateTime.parse(text).toInstant()
                            : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static ValueTest bool(String value) {
        if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            throw malformed();
        }
        return (text, facts) -> value.equalsIgnoreCase(text);
    }

    private static ValueTest binary(String value) {
        byte[] bound = base64(value).orElseThrow(ValueTests::malformed);
        return (text, facts) ->
                base64(text).filter(bytes -> Arrays.equals(bytes, bound)).isPresent();
    }

    private static Optional<byte[]> base64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
