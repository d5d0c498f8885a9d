package dev.cloister.api.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request in the order received; a repeated header has several entries. Names are
 * in lower case. A linear list, because a request has some dozen headers. Immutable.
 */
public final class RequestHeaders {
    private static final boolean[] TOKEN = new boolean[0x80];

    static {
        for (char c = '!'; c < 0x7f; c++) {
            TOKEN[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
        }
    }

    private final String[] names;
    private final String[] values;

    private RequestHeaders(List<String> names, List<String> values) {
        this.names = names.toArray(String[]::new);
        this.values = values.toArray(String[]::new);
    }

    public Optional<String> first(String lowerCaseName) {
        return Optional.ofNullable(find(lowerCaseName));
    }

    public boolean contains(String lowerCaseName) {
        return find(lowerCaseName) != null;
    }

    private @Nullable String find(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return values[i];
            }
        }
        return null;
    }

    public int size() {
        return names.length;
    }

    public String name(int index) {
        return names[index];
    }

    public String value(int index) {
        return values[index];
    }

    /** Collects headers, and refuses what RFC 9110, section 5, doesn't allow. */
    public static final class Builder {
        private final List<String> names = new ArrayList<>(20);
        private final List<String> values = new ArrayList<>(20);

        /**
         * @throws MalformedRequestException if the name isn't a token or the value has control
         *     characters
         */
        public Builder add(String name, String value) {
            for (int i = 0; i < name.length(); i++) {
                if (!isTokenCharacter(name.charAt(i))) {
                    throw new MalformedRequestException("A header's name is not a token");
                }
            }
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if ((c < ' ' && c != '\t') || c == 0x7f) {
                    throw new MalformedRequestException("A header has a control character");
                }
            }
            if (name.isEmpty()) {
                throw new MalformedRequestException("A header has no name");
            }
            names.add(name.toLowerCase(Locale.ROOT));
            values.add(value.strip());
            return this;
        }

        public RequestHeaders build() {
            return new RequestHeaders(names, values);
        }

        private static boolean isTokenCharacter(char c) {
            return c < 0x80 && TOKEN[c];
        }
    }
}
