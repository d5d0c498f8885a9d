package dev.cloister.functions.urls;

import dev.cloister.api.Region;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host names of function URLs: {@code <id>.lambda-url.<region>.<domain>}. Names under {@code
 * localhost} work always: they lead to this machine without DNS (RFC 6761, section 6.3).
 *
 * @param secure whether clients use https
 * @param domain lower case, without a port
 * @param port where it is not the scheme's own
 */
public record UrlNames(boolean secure, String domain, OptionalInt port) {
    private static final String LOCAL = "localhost";
    private static final Pattern DOMAIN =
            Pattern.compile(
                    "(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
                            + "(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern NAME =
            Pattern.compile("([a-z0-9-]{1,63})\\.lambda-url\\.([a-z0-9-]{1,63})\\.(.+)");
    private static final int MAX_NAME = 255;

    public UrlNames {
        if (!DOMAIN.matcher(domain).matches()) {
            throw new IllegalArgumentException(
                    "expected a domain such as lambda.example.com, found '" + domain + "'");
        }
    }

    /** The names that need no DNS, at a port of this machine. */
    public static UrlNames local(int port) {
        return new UrlNames(false, LOCAL, OptionalInt.of(port));
    }

    /**
     * A name that a request was addressed to.
     *
     * @param id may be of no URL there is
     * @param host in lower case, without a port
     */
    public record Name(String id, Region region, String host) {}

    /** The URL in answers, with a slash at its end. */
    public String url(FunctionUrl url, Region region) {
        return (secure ? "https://" : "http://")
                + url.id()
                + ".lambda-url."
                + region
                + "."
                + domain
                + (port.isPresent() ? ":" + port.getAsInt() : "")
                + "/";
    }

    /**
     * Reads a name, or empty if it is none of a function URL here.
     *
     * @param host as in a Host header, without its port
     */
    public Optional<Name> parse(String host) {
        if (host.length() > MAX_NAME || !host.toLowerCase(Locale.ROOT).contains(".lambda-url.")) {
            return Optional.empty();
        }
        String lower = host.toLowerCase(Locale.ROOT);
        String bare = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        Matcher matcher = NAME.matcher(bare);
        if (!matcher.matches()
                || !(matcher.group(3).equals(domain) || matcher.group(3).equals(LOCAL))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Name(matcher.group(1), new Region(matcher.group(2)), bare));
        } catch (IllegalArgumentException notARegion) {
            return Optional.empty();
        }
    }

    /** Whether a host is under the domain that was configured, and not merely under localhost. */
    public boolean isUnderDomain(Name name) {
        return name.host().endsWith("." + domain);
    }
}
