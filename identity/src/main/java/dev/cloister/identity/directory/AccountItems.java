package dev.cloister.identity.directory;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An account's {@link AccountItem}s at one moment. Immutable.
 *
 * @param providers OpenID Connect providers by their names
 */
record AccountItems(Map<String, OidcProvider> providers, Optional<AccountAlias> alias) {
    static final AccountItems NONE = new AccountItems(Map.of(), Optional.empty());

    AccountItems {
        providers = Collections.unmodifiableMap(new TreeMap<>(providers));
    }

    AccountItems plus(AccountItem item) {
        return switch (item) {
            case OidcProvider provider -> {
                Map<String, OidcProvider> all = new TreeMap<>(providers);
                all.put(provider.name(), provider);
                yield new AccountItems(all, alias);
            }
            case AccountAlias own -> new AccountItems(providers, Optional.of(own));
        };
    }

    AccountItems minus(AccountItem item) {
        return switch (item) {
            case OidcProvider provider -> {
                Map<String, OidcProvider> all = new TreeMap<>(providers);
                all.remove(provider.name());
                yield new AccountItems(all, alias);
            }
            case AccountAlias own -> new AccountItems(providers, Optional.empty());
        };
    }
}
