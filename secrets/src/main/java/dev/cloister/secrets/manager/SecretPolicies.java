package dev.cloister.secrets.manager;

import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.manager.PolicyCheck.Finding;
import dev.cloister.storage.Database;
import java.util.Optional;

/** The resource policies of secrets. Thread-safe. */
public final class SecretPolicies {
    private final Database database;
    private final SecretFinder finder;
    private final PolicyCheck check;

    SecretPolicies(Database database, SecretFinder finder, PolicyCheck check) {
        this.database = database;
        this.finder = finder;
        this.check = check;
    }

    /** What to do with a policy that allows everybody. */
    public enum PublicPolicies {
        ALLOWED,
        BLOCKED
    }

    public Secret get(KeyCaller caller, String id) {
        return finder.usable(caller, id);
    }

    public Secret put(KeyCaller caller, String id, String policy, PublicPolicies everybody) {
        Secret secret = finder.usable(caller, id);
        switch (check.examine(policy, secret.arn())) {
            case Finding.Sound() -> {}
            case Finding.Public() -> {
                if (everybody == PublicPolicies.BLOCKED) {
                    throw SecretErrors.of(
                            "PublicPolicyException",
                            "The resource policy allows broad access to the secret.");
                }
            }
            case Finding.Malformed malformed ->
                    throw SecretErrors.of(
                            "MalformedPolicyDocumentException",
                            "This resource policy contains a syntax error. "
                                    + String.join(" ", malformed.reasons()));
        }
        return set(secret, Optional.of(policy));
    }

    public Secret delete(KeyCaller caller, String id) {
        return set(finder.usable(caller, id), Optional.empty());
    }

    private Secret set(Secret secret, Optional<String> policy) {
        return database.write(
                handle -> {
                    Secret now = finder.currentKept(handle, secret);
                    SecretRows.setPolicy(handle, now.arn(), policy);
                    return now;
                });
    }

    /** Looks at a policy without storing it. */
    public Finding validate(KeyCaller caller, Optional<String> id, String policy) {
        return check.examine(policy, id.map(it -> finder.find(caller, it).arn()).orElse(""));
    }
}
