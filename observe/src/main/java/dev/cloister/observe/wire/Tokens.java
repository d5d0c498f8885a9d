package dev.cloister.observe.wire;

import dev.cloister.api.AwsError;
import dev.cloister.observe.logs.LogErrors;
import dev.cloister.observe.logs.Position;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens of paginated answers. A token is where to go on and nothing else, so it holds through
 * restarts; it can't lead to what its bearer could not ask for.
 */
final class Tokens {
    /** As AWS's look: direction, 56 digits, version. */
    private static final Pattern EVENTS = Pattern.compile("([fb])/([0-9]{19})([0-9]{19})0{18}/s");

    private static final Pattern POSITION = Pattern.compile("([0-9]{1,19}),(-?[0-9]{1,19})");

    private Tokens() {}

    /** A GetLogEvents token. */
    record EventsToken(boolean forward, Position position) {
        @Override
        public String toString() {
            return "%s/%019d%019d%018d/s"
                    .formatted(forward ? "f" : "b", position.millis(), position.sequence() + 1, 0);
        }
    }

    static EventsToken events(String token) {
        Matcher parts = EVENTS.matcher(token);
        if (!parts.matches()) {
            throw invalid();
        }
        return new EventsToken(
                parts.group(1).equals("f"),
                new Position(number(parts.group(2)), number(parts.group(3)) - 1));
    }

    static String position(Position position) {
        return text(position.millis() + "," + position.sequence());
    }

    static Position position(String token) {
        Matcher parts = POSITION.matcher(text64(token));
        if (!parts.matches()) {
            throw invalid();
        }
        return new Position(number(parts.group(1)), number(parts.group(2)));
    }

    /** A token that holds a text. */
    static String text(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text64(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    static AwsError invalid() {
        return LogErrors.invalid("The specified nextToken is invalid.");
    }

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }
}
