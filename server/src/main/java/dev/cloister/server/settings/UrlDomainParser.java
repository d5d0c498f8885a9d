package dev.cloister.server.settings;

import dev.cloister.server.settings.EndpointSettings.UrlDomain;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code endpoint.url-domain}. */
final class UrlDomainParser {
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern FORM =
            Pattern.compile(
                    "((?<scheme>https?)://)?(?<name>"
                            + LABEL
                            + "(\\."
                            + LABEL
                            + ")*)(:(?<port>[0-9]{1,5}))?");

    /** Leaves room for id and region in a name of DNS (RFC 1035, section 2.3.4). */
    private static final int MAX_NAME = 253 - 84;

    private UrlDomainParser() {}

    static UrlDomain parse(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches() || matcher.group("name").length() > MAX_NAME) {
            throw refused(text);
        }
        String port = matcher.group("port");
        if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535)) {
            throw refused(text);
        }
        return new UrlDomain(
                matcher.group("name"),
                Optional.ofNullable(matcher.group("scheme")),
                port == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port)));
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "expected a domain such as example.com or https://example.com:8443, found '"
                        + text
                        + "'");
    }
}
