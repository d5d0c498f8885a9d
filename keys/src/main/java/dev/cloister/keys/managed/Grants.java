package dev.cloister.keys.managed;

import dev.cloister.keys.KeyAccess.Verdict;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.Grant.Constraint;
import dev.cloister.storage.Database;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** Grants. They act at once, so that a grant token adds nothing. Thread-safe. */
public final class Grants {
    /** KMS's quota "Grants per KMS key". */
    static final int MOST_PER_KEY = 50_000;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final String TOKEN = "cloister-grant:";

    private final Database database;
    private final KeyGate gate;
    private final InstantSource clock;
    private final SecureRandom random;

    Grants(Database database, KeyGate gate, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.gate = gate;
        this.clock = clock;
        this.random = random;
    }

    /** What a new grant shall be. */
    public record NewGrant(
            Optional<String> name,
            String grantee,
            Optional<String> retiree,
            List<String> operations,
            Constraint constraint) {}

    /** Makes a grant; one of the same name and content is returned as it is. */
    public Grant create(KeyCaller caller, String keyId, NewGrant wanted, DryRun dryRun) {
        ManagedKey key = gate.toManage(caller, keyId, "CreateGrant");
        KeyGate.requireUsable(key);
        check(key, wanted);
        gate.authorize(caller, key, "CreateGrant", Map.of())
                .ifPresent(basis -> requireWithin(caller, key, wanted, basis));
        dryRun.stopIfDry();
        Grant grant =
                new Grant(
                        newId(),
                        key.id(),
                        key.arn(),
                        wanted.name(),
                        wanted.grantee(),
                        wanted.retiree(),
                        "arn:aws:iam::%s:root".formatted(caller.account()),
                        wanted.operations().stream().distinct().toList(),
                        wanted.constraint(),
                        clock.instant());
        return database.write(
                handle -> {
                    KeyGate.requireUsable(Lifecycle.current(handle, key));
                    Optional<Grant> same = same(handle, grant);
                    if (same.isEmpty()) {
                        requireRoom(handle, key);
                        GrantRows.insert(handle, grant);
                    }
                    return same.orElse(grant);
                });
    }

    /** CreateGrant, Name: a retry of a named grant makes no second one. */
    private static Optional<Grant> same(Handle handle, Grant grant) {
        return grant.name().isEmpty()
                ? Optional.empty()
                : GrantRows.ofKey(handle, grant.keyId(), "", MOST_PER_KEY).stream()
                        .filter(
                                there ->
                                        there.name().equals(grant.name())
                                                && there.grantee().equals(grant.grantee())
                                                && there.retiree().equals(grant.retiree())
                                                && there.operations().equals(grant.operations())
                                                && there.constraint().equals(grant.constraint()))
                        .findFirst();
    }

    private static void requireRoom(Handle handle, ManagedKey key) {
        if (GrantRows.count(handle, key.id()) >= MOST_PER_KEY) {
            throw KeyErrors.of(
                    "LimitExceededException",
                    "The key has %d grants, the most there can be.".formatted(MOST_PER_KEY));
        }
    }

    private static void check(ManagedKey key, NewGrant wanted) {
        if (wanted.operations().isEmpty()) {
            throw KeyErrors.validation("A grant needs at least one operation.");
        }
        if (!Principals.isForm(wanted.grantee())
                || wanted.retiree().filter(name -> !Principals.isForm(name)).isPresent()) {
            throw KeyErrors.of("InvalidArnException", "ARN does not refer to a valid principal");
        }
        if (!(wanted.constraint() instanceof Constraint.None) && key.spec().isAsymmetric()) {
            throw KeyErrors.validation(
                    "Grant constraints with an encryption context are for symmetric encryption KMS"
                            + " keys only.");
        }
        List<String> possible = GrantOperations.of(key);
        for (String operation : wanted.operations()) {
            if (!possible.contains(operation)) {
                throw KeyErrors.validation(
                        "Operation %s is not valid in a grant for a %s key with key usage %s."
                                .formatted(operation, key.spec(), key.usage()));
            }
        }
    }

    /** The grants of a name, of all keys. */
    List<Grant> named(String name) {
        return database.read(handle -> GrantRows.named(handle, name, MOST_PER_KEY));
    }

    /** Deletes grants of a name that a service gave them and needs no longer. */
    void retireNamed(String name, Predicate<Grant> needed) {
        database.update(
                handle ->
                        GrantRows.named(handle, name, MOST_PER_KEY).stream()
                                .filter(needed.negate())
                                .forEach(grant -> GrantRows.delete(handle, grant.id())));
    }

    /** One who may make grants by a grant hands on no more than it gives. */
    private static void requireWithin(
            KeyCaller caller, ManagedKey key, NewGrant wanted, Grant basis) {
        if (!basis.operations().containsAll(wanted.operations())
                || !(basis.constraint() instanceof Constraint.None
                        || basis.constraint().equals(wanted.constraint()))) {
            throw KeyErrors.denied(
                    caller,
                    "kms:CreateGrant",
                    key.arn(),
                    "because no resource-based policy allows the kms:CreateGrant action");
        }
    }

    /** A key's grants by their ids, after a marker. */
    public List<Grant> list(KeyCaller caller, String keyId, String after, int most) {
        ManagedKey key = gate.toManage(caller, keyId, "ListGrants");
        return database.read(handle -> GrantRows.ofKey(handle, key.id(), after, most));
    }

    /** The grants of all keys that a principal may retire. */
    public List<Grant> listRetirable(KeyCaller caller, String retiree, String after, int most) {
        if (!Principals.isForm(retiree)) {
            throw KeyErrors.of("InvalidArnException", "ARN does not refer to a valid principal");
        }
        return database.read(handle -> GrantRows.ofRetiree(handle, retiree, after, most)).stream()
                .filter(grant -> grant.keyArn().split(":", 6)[3].equals(caller.region().value()))
                .filter(grant -> grant.issuingAccount().contains(caller.account().value()))
                .toList();
    }

    public void revoke(KeyCaller caller, String keyId, String grantId, DryRun dryRun) {
        ManagedKey key = gate.toManage(caller, keyId, "RevokeGrant");
        Grant grant = ofKey(key, grantId);
        dryRun.stopIfDry();
        delete(grant);
    }

    /** Retires a grant by its token. */
    public void retire(KeyCaller caller, String token, DryRun dryRun) {
        Grant grant =
                database.read(handle -> GrantRows.find(handle, idOf(token)))
                        .orElseThrow(Grants::invalidToken);
        retire(caller, grant, dryRun);
    }

    /** Retires a grant by its id. */
    public void retire(KeyCaller caller, String keyId, String grantId, DryRun dryRun) {
        KeyReference.ById reference = KeyReference.key(keyId, caller);
        Grant grant =
                database.read(handle -> GrantRows.find(handle, grantId))
                        .filter(it -> it.keyId().equals(reference.id()))
                        .orElseThrow(() -> noGrant(grantId));
        retire(caller, grant, dryRun);
    }

    private void retire(KeyCaller caller, Grant grant, DryRun dryRun) {
        boolean retiree = grant.retiree().filter(it -> names(it, caller)).isPresent();
        boolean grantee =
                grant.operations().contains("RetireGrant") && names(grant.grantee(), caller);
        boolean issuer = isIssuer(caller, grant);
        if (!retiree && !grantee && !issuer) {
            throw KeyErrors.denied(
                    caller,
                    "kms:RetireGrant",
                    grant.keyArn(),
                    "because no resource-based policy allows the kms:RetireGrant action");
        }
        dryRun.stopIfDry();
        delete(grant);
    }

    /**
     * RetireGrant: also the account in which the grant was made, and those whom it lets; what a
     * policy forbids, no grant allows.
     */
    private boolean isIssuer(KeyCaller caller, Grant grant) {
        ManagedKey key =
                database.read(handle -> KeyRows.find(handle, grant.keyId()))
                        .orElseThrow(() -> noGrant(grant.id()));
        return switch (gate.judge(caller, key, "kms:RetireGrant", Map.of())) {
            case Verdict.Allowed() ->
                    grant.issuingAccount().split(":", 6)[4].equals(caller.account().value());
            case Verdict.NotAllowed(String _) -> grant.issuingAccount().equals(caller.arn());
            case Verdict.Denied(String because) ->
                    throw KeyErrors.denied(caller, "kms:RetireGrant", grant.keyArn(), because);
        };
    }

    private static boolean names(String name, KeyCaller caller) {
        return Principals.isNamed(name, caller.arn());
    }

    private void delete(Grant grant) {
        int deleted = database.write(handle -> GrantRows.delete(handle, grant.id()));
        if (deleted == 0) {
            throw noGrant(grant.id());
        }
    }

    private Grant ofKey(ManagedKey key, String grantId) {
        return database.read(handle -> GrantRows.find(handle, grantId))
                .filter(grant -> grant.keyId().equals(key.id()))
                .orElseThrow(() -> noGrant(grantId));
    }

    /** The token of a grant: opaque to its users. */
    public static String token(Grant grant) {
        return Base64.getEncoder()
                .encodeToString((TOKEN + grant.id()).getBytes(StandardCharsets.US_ASCII));
    }

    /** Refuses tokens that are none; those of grants that are gone are taken, as KMS does. */
    public static void checkTokens(List<String> tokens) {
        tokens.forEach(Grants::idOf);
    }

    private static String idOf(String token) {
        try {
            String text = new String(Base64.getDecoder().decode(token), StandardCharsets.US_ASCII);
            String id = text.startsWith(TOKEN) ? text.substring(TOKEN.length()) : "";
            if (ID.matcher(id).matches()) {
                return id;
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused below.
        }
        throw invalidToken();
    }

    private static RuntimeException invalidToken() {
        return KeyErrors.of("InvalidGrantTokenException", "Invalid grant token");
    }

    private static RuntimeException noGrant(String grantId) {
        return ID.matcher(grantId).matches()
                ? KeyErrors.of("NotFoundException", "Grant ID %s not found".formatted(grantId))
                : KeyErrors.of("InvalidGrantIdException", "Invalid grant ID");
    }

    private String newId() {
        byte[] id = new byte[32];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
