package dev.cloister.keys.managed;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyCaller;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The four ways in which a caller names a key: id, key ARN, alias name, alias ARN. */
sealed interface KeyReference {
    AccountId account();

    Region region();

    String arn();

    /** A key by its id. */
    record ById(AccountId account, Region region, String id) implements KeyReference {
        @Override
        public String arn() {
            return "arn:aws:kms:%s:%s:key/%s".formatted(region, account, id);
        }
    }

    /** A key by one of its aliases. */
    record ByAlias(AccountId account, Region region, String name) implements KeyReference {
        @Override
        public String arn() {
            return aliasArn(region, account, name);
        }
    }

    Pattern ARN =
            Pattern.compile("arn:aws:kms:([a-z0-9-]+):([0-9]{12}):(key/[^/]+|alias/[^:]{1,250})");
    Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    Pattern MULTI_REGION_ID = Pattern.compile("mrk-[0-9a-f]{32}");

    /**
     * Reads any of the four.
     *
     * @throws dev.cloister.api.AwsError NotFoundException if it is none, or of another region
     */
    static KeyReference any(String text, KeyCaller caller) {
        if (text.startsWith("arn:")) {
            Matcher arn = ARN.matcher(text);
            if (!arn.matches()) {
                throw KeyErrors.of("NotFoundException", "Invalid arn " + text);
            }
            if (!arn.group(1).equals(caller.region().value())) {
                throw KeyErrors.of("NotFoundException", "Invalid arn " + arn.group(1));
            }
            return local(arn.group(3), new AccountId(arn.group(2)), caller.region(), text);
        }
        String resource = text.startsWith("alias/") ? text : "key/" + text;
        return local(resource, caller.account(), caller.region(), text);
    }

    /** Reads an id or a key ARN: operations that manage a key take no alias. */
    static ById key(String text, KeyCaller caller) {
        return switch (any(text, caller)) {
            case ById byId -> byId;
            case ByAlias _ -> throw invalid(text);
        };
    }

    private static KeyReference local(
            String resource, AccountId account, Region region, String text) {
        if (resource.startsWith("alias/")) {
            return new ByAlias(account, region, resource);
        }
        String id = resource.substring("key/".length());
        if (ID.matcher(id).matches() || MULTI_REGION_ID.matcher(id).matches()) {
            return new ById(account, region, id);
        }
        throw invalid(text);
    }

    private static RuntimeException invalid(String text) {
        return KeyErrors.of("NotFoundException", "Invalid keyId '%s'".formatted(text));
    }

    static String aliasArn(Region region, AccountId account, String name) {
        return "arn:aws:kms:%s:%s:%s".formatted(region, account, name);
    }
}
