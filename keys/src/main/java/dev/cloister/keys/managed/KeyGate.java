package dev.cloister.keys.managed;

import dev.cloister.keys.KeyAccess;
import dev.cloister.keys.KeyAccess.Verdict;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.KeyUse;
import dev.cloister.storage.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every operation on a key passes here: the key is found, and policies or a grant allow the caller.
 * Thread-safe.
 */
final class KeyGate {
    private static final String ELSEWHERE =
            "because the resource does not exist in this Region, no resource-based policies allow"
                    + " access, or a resource-based policy explicitly denies access";
    private static final int GRANTS_PER_READ = 1_000;
    private static final Set<String> ON_GRANTS =
            Set.of("kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant");

    private final Database database;
    private final KeyDirectory directory;
    private final KeyAccess access;

    KeyGate(Database database, KeyDirectory directory, KeyAccess access) {
        this.database = database;
        this.directory = directory;
        this.access = access;
    }

    /** Refuses a policy by which nobody could be judged. */
    void checkPolicy(String policy) {
        access.complaint(policy)
                .ifPresent(
                        complaint -> {
                            throw KeyErrors.of("MalformedPolicyDocumentException", complaint);
                        });
    }

    /** A key that the caller may use and that is able to. */
    ManagedKey toUse(
            KeyCaller caller, String keyId, String operation, Map<String, String> context) {
        ManagedKey key = toRead(caller, keyId, operation, context);
        requireUsable(key);
        return key;
    }

    /** A key by id, ARN or alias, in whatever state. */
    ManagedKey toRead(
            KeyCaller caller, String keyId, String operation, Map<String, String> context) {
        ManagedKey key = find(KeyReference.any(keyId, caller), caller, operation);
        authorize(caller, key, operation, context);
        return key;
    }

    /** A key by id or ARN, in whatever state: operations on the key itself take no alias. */
    ManagedKey toManage(KeyCaller caller, String keyId, String operation) {
        ManagedKey key = find(KeyReference.key(keyId, caller), caller, operation);
        authorize(caller, key, operation, Map.of());
        return key;
    }

    /** A key of the caller's own account, of which nothing is done that its policy decides. */
    ManagedKey toName(KeyCaller caller, String keyId, String operation) {
        ManagedKey key = find(KeyReference.key(keyId, caller), caller, operation);
        if (!key.account().equals(caller.account())) {
            throw KeyErrors.noKey(key.arn());
        }
        return key;
    }

    private ManagedKey find(KeyReference reference, KeyCaller caller, String operation) {
        return directory
                .find(reference, caller)
                .orElseThrow(() -> missing(reference, caller, operation));
    }

    /** Another account's keys: that there is none is no business of the caller's. */
    private static RuntimeException missing(
            KeyReference reference, KeyCaller caller, String operation) {
        if (!reference.account().equals(caller.account())) {
            return KeyErrors.denied(caller, "kms:" + operation, reference.arn(), ELSEWHERE);
        }
        return switch (reference) {
            case KeyReference.ById byId -> KeyErrors.noKey(byId.arn());
            case KeyReference.ByAlias byAlias -> KeyErrors.noAlias(byAlias.arn());
        };
    }

    /**
     * Checks the policies, then the key's grants.
     *
     * @return the grant that allowed it, where no policy did
     */
    Optional<Grant> authorize(
            KeyCaller caller, ManagedKey key, String operation, Map<String, String> context) {
        String action = "kms:" + operation;
        return switch (judge(caller, key, action, context)) {
            case Verdict.Allowed() -> Optional.empty();
            case Verdict.Denied(String because) ->
                    throw KeyErrors.denied(caller, action, key.arn(), because);
            case Verdict.NotAllowed(String because) ->
                    Optional.of(
                            grant(caller, key, operation, context)
                                    .orElseThrow(
                                            () ->
                                                    KeyErrors.denied(
                                                            caller, action, key.arn(), because)));
        };
    }

    /** What policies alone say, without grants. */
    Verdict judge(KeyCaller caller, ManagedKey key, String action, Map<String, String> context) {
        Map<String, List<String>> conditions = conditions(caller, key, context);
        if (ON_GRANTS.contains(action)) {
            conditions.put(
                    "kms:GrantIsForAWSResource",
                    List.of(Boolean.toString(caller.viaService().isPresent())));
        }
        Map<String, String> tags =
                database.read(
                        handle -> {
                            List<String> aliases =
                                    AliasRows.pageOfKey(handle, key.id(), "", Aliases.MOST_PER_KEY)
                                            .stream()
                                            .map(KeyAlias::name)
                                            .toList();
                            if (!aliases.isEmpty()) {
                                conditions.put("kms:ResourceAliases", aliases);
                            }
                            return TagRows.all(handle, key.id());
                        });
        return access.judge(
                new KeyUse(
                        caller, action, key.arn(), key.policy(), key.manager(), conditions, tags));
    }

    /** A grant that allows it; a key's grants are read in pages. */
    Optional<Grant> grant(
            KeyCaller caller, ManagedKey key, String operation, Map<String, String> context) {
        String after = "";
        while (true) {
            String from = after;
            List<Grant> page =
                    database.read(
                            handle -> GrantRows.ofKey(handle, key.id(), from, GRANTS_PER_READ));
            Optional<Grant> allowing =
                    page.stream()
                            .filter(grant -> grant.allows(caller.arn(), operation, context))
                            .findFirst();
            if (allowing.isPresent() || page.size() < GRANTS_PER_READ) {
                return allowing;
            }
            after = page.getLast().id();
        }
    }

    private static Map<String, List<String>> conditions(
            KeyCaller caller, ManagedKey key, Map<String, String> context) {
        Map<String, List<String>> conditions = new HashMap<>();
        conditions.put("kms:CallerAccount", List.of(caller.account().value()));
        conditions.put("kms:KeySpec", List.of(key.spec().name()));
        conditions.put("kms:KeyUsage", List.of(key.usage().name()));
        conditions.put("kms:KeyOrigin", List.of(key.origin().name()));
        conditions.put("kms:MultiRegion", List.of("false"));
        conditions.put("aws:ResourceAccount", List.of(key.account().value()));
        caller.viaService()
                .ifPresent(service -> conditions.put("kms:ViaService", List.of(service)));
        if (!context.isEmpty()) {
            conditions.put("kms:EncryptionContextKeys", List.copyOf(context.keySet()));
            context.forEach(
                    (name, value) ->
                            conditions.put("kms:EncryptionContext:" + name, List.of(value)));
        }
        return conditions;
    }

    static void requireUsable(ManagedKey key) {
        switch (key.state()) {
            case ENABLED -> {}
            case DISABLED -> throw KeyErrors.disabled(key);
            case PENDING_DELETION, PENDING_IMPORT -> throw pending(key);
        }
    }

    /** Most changes are refused once a key waits for its deletion. */
    static void requireNotLeaving(ManagedKey key) {
        if (key.state() == KeyState.PENDING_DELETION) {
            throw pending(key);
        }
    }

    private static RuntimeException pending(ManagedKey key) {
        return KeyErrors.invalidState(
                key.arn(),
                key.state() == KeyState.PENDING_IMPORT
                        ? "is pending import."
                        : "is pending deletion.");
    }
}
