package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.CredentialLookup.SigningCredential;
import dev.cloister.api.Principal;
import dev.cloister.api.SecretText;
import dev.cloister.identity.RandomIds;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.UserKey.LastUse;
import dev.cloister.identity.directory.UserKey.Status;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The access keys of users: two each, their secrets sealed where they are stored. Thread-safe.
 * Looking up is done in memory; edits are durable when a method returns.
 */
public final class UserKeys {
    private static final int MOST_PER_USER = 2;
    private static final String ALIAS = "alias/cloister/identity";

    /** How often the last use of one key is stored; AWS tells it no sooner either. */
    private static final Duration LAST_USE_STEP = Duration.ofMinutes(5);

    private final UserKeyTable table;
    private final Envelope envelope;
    private final InstantSource clock;
    private final RandomIds ids;
    private final Directory directory;
    private final Map<String, Entry> keys = new ConcurrentHashMap<>();
    private final Object editing = new Object();

    /**
     * @throws dev.cloister.storage.CorruptEnvelopeException if a stored secret was changed
     * @throws dev.cloister.storage.KeyUnavailableException if a stored secret can't be opened
     */
    public UserKeys(
            Database database,
            Envelope envelope,
            InstantSource clock,
            RandomIds ids,
            Directory directory) {
        this.table = new UserKeyTable(database);
        this.envelope = envelope;
        this.clock = clock;
        this.ids = ids;
        this.directory = directory;
        for (UserKeyTable.SealedUserKey sealed : table.all()) {
            UserKey key = sealed.key();
            byte[] secret = envelope.open(sealed.secret(), context(key.accessKeyId()));
            keys.put(
                    key.accessKeyId(),
                    new Entry(key, new SecretText(new String(secret, StandardCharsets.US_ASCII))));
        }
    }

    private record Entry(UserKey key, SecretText secret) {}

    /** A new key with its secret, which nobody is told again. */
    public record NewKey(UserKey key, SecretText secret) {}

    /** What a user signs with, as long as the key is active and the user is there. */
    public Optional<SigningCredential> find(String accessKeyId) {
        Entry entry = keys.get(accessKeyId);
        if (entry == null || entry.key.status() != Status.ACTIVE) {
            return Optional.empty();
        }
        AccountId account = entry.key.account();
        return directory
                .state(account)
                .byId(entry.key.userId())
                .map(
                        user ->
                                new SigningCredential(
                                        new Principal(
                                                account, user.arn(account), user.id(), accessKeyId),
                                        entry.secret,
                                        Optional.empty()));
    }

    /** A key, active or not. */
    public Optional<UserKey> key(String accessKeyId) {
        return Optional.ofNullable(keys.get(accessKeyId)).map(Entry::key);
    }

    /** A user's keys, the oldest first. */
    public List<UserKey> of(IamEntity user) {
        return keys.values().stream()
                .map(Entry::key)
                .filter(key -> key.userId().equals(user.id()))
                .sorted(
                        Comparator.comparing(UserKey::createdAt)
                                .thenComparing(UserKey::accessKeyId))
                .toList();
    }

    /**
     * @throws AwsError NoSuchEntity, LimitExceeded
     */
    public NewKey create(AccountId account, String userName) {
        synchronized (editing) {
            IamEntity user = user(account, userName);
            if (of(user).size() >= MOST_PER_USER) {
                throw IamErrors.quota("AccessKeysPerUser", MOST_PER_USER);
            }
            UserKey key =
                    new UserKey(
                            account,
                            ids.accessKeyId(RandomIds.LONG_LIVED),
                            user.id(),
                            Status.ACTIVE,
                            clock.instant().truncatedTo(ChronoUnit.SECONDS),
                            Optional.empty());
            SecretText secret = ids.secretAccessKey();
            table.insert(
                    key,
                    envelope.seal(
                            secret.reveal().getBytes(StandardCharsets.US_ASCII),
                            new KeyRef(account.value(), ALIAS),
                            context(key.accessKeyId())));
            keys.put(key.accessKeyId(), new Entry(key, secret));
            return new NewKey(key, secret);
        }
    }

    private IamEntity user(AccountId account, String name) {
        return directory
                .state(account)
                .find(Kind.USER, name)
                .orElseThrow(() -> IamErrors.missing(Kind.USER, name));
    }

    public void setStatus(AccountId account, String userName, String accessKeyId, Status status) {
        synchronized (editing) {
            Entry entry = require(account, userName, accessKeyId);
            UserKey changed = entry.key.with(status);
            table.update(changed);
            keys.put(accessKeyId, new Entry(changed, entry.secret));
        }
    }

    public void delete(AccountId account, String userName, String accessKeyId) {
        synchronized (editing) {
            require(account, userName, accessKeyId);
            keys.remove(accessKeyId);
            table.delete(accessKeyId);
        }
    }

    private Entry require(AccountId account, String userName, String accessKeyId) {
        IamEntity user = user(account, userName);
        Entry entry = keys.get(accessKeyId);
        if (entry == null || !entry.key.userId().equals(user.id())) {
            throw IamErrors.noSuchEntity(
                    "The Access Key with id " + accessKeyId + " cannot be found.");
        }
        return entry;
    }

    /**
     * Removes a user that has no keys.
     *
     * @throws AwsError DeleteConflict if it has any
     */
    public void deleteUser(AccountId account, String userName) {
        synchronized (editing) {
            if (!of(user(account, userName)).isEmpty()) {
                throw IamErrors.conflict(
                        "Cannot delete entity, must remove referenced objects first.");
            }
            directory.entities().delete(account, Kind.USER, userName);
        }
    }

    /** Notes that a key was used; stored now and then. */
    public void used(String accessKeyId, String region, String service) {
        Entry entry = keys.get(accessKeyId);
        if (entry == null) {
            return;
        }
        Instant now = clock.instant();
        boolean recent =
                entry.key
                        .lastUse()
                        .filter(use -> use.service().equals(service))
                        .filter(use -> use.at().plus(LAST_USE_STEP).isAfter(now))
                        .isPresent();
        if (recent) {
            return;
        }
        synchronized (editing) {
            Entry current = keys.get(accessKeyId);
            if (current == null) {
                return;
            }
            UserKey changed =
                    current.key.with(
                            new LastUse(now.truncatedTo(ChronoUnit.SECONDS), region, service));
            table.update(changed);
            keys.put(accessKeyId, new Entry(changed, current.secret));
        }
    }

    private static Map<String, String> context(String accessKeyId) {
        return Map.of("cloister:access-key", accessKeyId);
    }
}
