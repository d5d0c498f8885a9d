package dev.cloister.secrets.parameters;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.keys.KeyCaller;

/** What makes a parameter unique. */
public record ParameterKey(AccountId account, Region region, String name) {
    static ParameterKey of(KeyCaller caller, String name) {
        return new ParameterKey(caller.account(), caller.region(), name);
    }

    public String arn() {
        return prefix(account, region) + (name.startsWith("/") ? name : "/" + name);
    }

    static String prefix(AccountId account, Region region) {
        return "arn:aws:ssm:%s:%s:parameter".formatted(region, account);
    }
}
