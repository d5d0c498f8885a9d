package dev.cloister.identity;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.CredentialLookup;
import dev.cloister.api.Principal;
import dev.cloister.api.SecretText;
import dev.cloister.api.SessionContext;
import dev.cloister.identity.IdentityTables.SealedKey;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.UserKeys;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.Migration;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
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
 * The accounts of an installation and their credentials. Thread-safe. Looking up is done in memory;
 * changes are durable when a method returns.
 */
public final class Identities implements CredentialLookup {
    /** IAM quotas: access keys per user, the root user included. */
    public static final int MOST_ACCESS_KEYS_PER_USER = 2;

    /** The longest session that STS gives to anyone: GetSessionToken's 36 hours. */
    public static final Duration LONGEST_SESSION = Duration.ofHours(36);

    private static final String ALIAS = "alias/cloister/identity";

    /** Owns what belongs to no account; AWS gives no one this id. */
    private static final KeyRef INSTALLATION = new KeyRef("000000000000", ALIAS);

    private static final String SESSION_MASTER = "session-master";

    /** STS API Reference, AssumeRole: RoleSessionName; Lambda names of one letter exist. */
    private static final String SESSION_NAME = "[\\w+=,.@-]{1,64}";

    private final IdentityTables tables;
    private final Envelope envelope;
    private final InstantSource clock;
    private final RandomIds ids;
    private final SessionTokens tokens;
    private final Sessions sessions;
    private final Directory directory;
    private final UserKeys userKeys;
    private final AuthorizationMessages messages;
    private final Map<AccountId, Account> accounts = new ConcurrentHashMap<>();
    private final Map<String, Entry> keys = new ConcurrentHashMap<>();

    /** Held by changes, which read before they write. */
    private final Object changing = new Object();

    /**
     * Loads the identities of a database.
     *
     * @throws dev.cloister.storage.CorruptEnvelopeException if a stored secret was changed
     * @throws dev.cloister.storage.KeyUnavailableException if a stored secret can't be opened
     */
    public Identities(
            Database database, Envelope envelope, InstantSource clock, SecureRandom random) {
        this.tables = new IdentityTables(database);
        this.envelope = envelope;
        this.clock = clock;
        this.ids = new RandomIds(random);
        this.tokens = new SessionTokens(sessionMaster(random), random);
        this.sessions = new Sessions(tokens);
        this.messages =
                new AuthorizationMessages(
                        tokens.derive("authorization messages", "key"), random, clock);
        this.directory = new Directory(database, clock, ids);
        this.userKeys = new UserKeys(database, envelope, clock, ids, directory);
        tables.accounts().forEach(account -> accounts.put(account.id(), account));
        for (SealedKey key : tables.accessKeys()) {
            byte[] secret = envelope.open(key.sealedSecret(), context(key.accessKeyId));
            admit(
                    new AccessKey(
                            key.account,
                            key.accessKeyId,
                            new SecretText(new String(secret, StandardCharsets.US_ASCII)),
                            key.createdAt));
        }
    }

    /** The tables that identities need. */
    public static Migration migration() {
        return IdentityTables.migration();
    }

    private byte[] sessionMaster(SecureRandom random) {
        Map<String, String> context = Map.of("cloister:identity", SESSION_MASTER);
        Optional<byte[]> sealed = tables.secret(SESSION_MASTER);
        if (sealed.isPresent()) {
            return envelope.open(sealed.get(), context);
        }
        byte[] master = new byte[SessionTokens.MASTER_BYTES];
        random.nextBytes(master);
        tables.insertSecret(SESSION_MASTER, envelope.seal(master, INSTALLATION, context));
        return master;
    }

    /**
     * The installation's first account, made with a random id and an administrator's access key if
     * there is none.
     */
    public Account ensureAccount() {
        synchronized (changing) {
            return accounts().stream()
                    .findFirst()
                    .orElseGet(() -> create(unusedAccountId(), "default"));
        }
    }

    /** The account of that id, made with an administrator's access key if there is none. */
    public Account ensureAccount(AccountId id) {
        synchronized (changing) {
            Account account = accounts.get(id);
            return account != null ? account : create(id, "default");
        }
    }

    /** Makes a further account, with a random id and an administrator's access key. */
    public Account createAccount(String name) {
        synchronized (changing) {
            return create(unusedAccountId(), name);
        }
    }

    private AccountId unusedAccountId() {
        AccountId id = ids.accountId();
        while (accounts.containsKey(id)) {
            id = ids.accountId();
        }
        return id;
    }

    private Account create(AccountId id, String name) {
        Account account = new Account(id, name, clock.instant());
        AccessKey key = newKey(id);
        tables.insert(account, seal(key));
        accounts.put(id, account);
        admit(key);
        FirstRole.create(directory, id);
        return account;
    }

    /** All accounts, the oldest first. */
    public List<Account> accounts() {
        return accounts.values().stream()
                .sorted(
                        Comparator.comparing(Account::createdAt)
                                .thenComparing(account -> account.id().value()))
                .toList();
    }

    /**
     * The access key of the account's administrator: the oldest of the root user. Made anew if all
     * were deleted, so that the owner of the data folder can't be locked out.
     */
    public AccessKey administratorKey(AccountId account) {
        synchronized (changing) {
            return accessKeys(account).stream()
                    .findFirst()
                    .orElseGet(() -> createAccessKey(account));
        }
    }

    /** Makes a further access key of the account's root user. */
    public AccessKey createAccessKey(AccountId account) {
        synchronized (changing) {
            if (accessKeys(account).size() >= MOST_ACCESS_KEYS_PER_USER) {
                throw new AwsError(
                        "LimitExceeded",
                        409,
                        "Cannot exceed quota for AccessKeysPerUser: " + MOST_ACCESS_KEYS_PER_USER);
            }
            AccessKey key = newKey(account);
            tables.insert(seal(key));
            admit(key);
            return key;
        }
    }

    /** The account's access keys, the oldest first. */
    public List<AccessKey> accessKeys(AccountId account) {
        requireAccount(account);
        return keys.values().stream()
                .map(Entry::key)
                .filter(key -> key.account().equals(account))
                .sorted(
                        Comparator.comparing(AccessKey::createdAt)
                                .thenComparing(AccessKey::accessKeyId))
                .toList();
    }

    /**
     * Removes an access key; it stops working at once.
     *
     * @throws AwsError NoSuchEntity if the account has no such key
     */
    public void deleteAccessKey(AccountId account, String accessKeyId) {
        synchronized (changing) {
            if (credentials(accessKeyId).filter(key -> key.account().equals(account)).isEmpty()) {
                throw new AwsError(
                        "NoSuchEntity",
                        404,
                        "The Access Key with id " + accessKeyId + " cannot be found.");
            }
            keys.remove(accessKeyId);
            tables.deleteAccessKey(accessKeyId);
        }
    }

    /** Seals and opens what denied requests were judged by. */
    public AuthorizationMessages authorizationMessages() {
        return messages;
    }

    /** The users, groups, roles and policies of all accounts. */
    public Directory directory() {
        return directory;
    }

    /** The access keys of users. */
    public UserKeys userKeys() {
        return userKeys;
    }

    /** A long-lived access key with its secret, for the owner of the installation only. */
    public Optional<AccessKey> credentials(String accessKeyId) {
        return Optional.ofNullable(keys.get(accessKeyId)).map(Entry::key);
    }

    /**
     * Temporary credentials of a session of an execution role, without asking whether anyone may
     * assume it. They work until they expire, through restarts, and only in the role's account.
     *
     * @param functionArn the function that acts by them
     * @param sessionName Lambda uses the function's name
     * @param lifetime whole seconds, at most {@link #LONGEST_SESSION}
     * @throws IllegalArgumentException if the role is not one of the account, or a value is out of
     *     its form
     */
    public SessionCredentials issue(
            AccountId account,
            String roleArn,
            String functionArn,
            String sessionName,
            Duration lifetime) {
        RoleArn role =
                RoleArn.parse(roleArn)
                        .filter(arn -> arn.account().equals(account))
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "not a role of account %s: %s"
                                                        .formatted(account, roleArn)));
        if (!sessionName.matches(SESSION_NAME)) {
            throw new IllegalArgumentException("not a session name: " + sessionName);
        }
        return issueSession(
                role,
                sessionName,
                SessionContext.ofFunction(roleArn, functionArn, clock.instant()),
                lifetime);
    }

    /**
     * Who an execution role's session is, without beginning one.
     *
     * @param functionArn the function that acts by it, without a qualifier
     * @throws IllegalArgumentException if the role is not one of the account
     */
    public Principal sessionPrincipal(AccountId account, String roleArn, String functionArn) {
        String sessionName = functionArn.substring(functionArn.lastIndexOf(':') + 1);
        RoleArn role =
                RoleArn.parse(roleArn)
                        .filter(arn -> arn.account().equals(account))
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "not a role of account %s: %s"
                                                        .formatted(account, roleArn)));
        return new Principal(
                account,
                role.assumedRoleArn(sessionName),
                roleId(role) + ":" + sessionName,
                roleId(role), // no credentials are behind it, and it is not a service either
                SessionContext.ofFunction(roleArn, functionArn, clock.instant()));
    }

    /**
     * Temporary credentials of a session of a role with what it was given.
     *
     * @throws IllegalArgumentException if the lifetime is out of its range
     */
    public SessionCredentials issueSession(
            RoleArn role, String sessionName, SessionContext session, Duration lifetime) {
        String userId = roleId(role) + ":" + sessionName;
        return issueFor(
                role.account(), role.assumedRoleArn(sessionName), userId, session, lifetime);
    }

    /** How much of the room for a session's policies and tags is taken, in percent. */
    public static int packedPercent(SessionContext session) {
        return SessionContexts.pack(session).length * 100 / SessionContexts.MOST_BYTES;
    }

    /** Temporary credentials that make the caller who it already is. */
    public SessionCredentials issueSession(Principal caller, Duration lifetime) {
        return issueFor(
                caller.account(), caller.arn(), caller.userId(), caller.session(), lifetime);
    }

    private SessionCredentials issueFor(
            AccountId account,
            String arn,
            String userId,
            SessionContext session,
            Duration lifetime) {
        requireAccount(account);
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0
                || lifetime.compareTo(LONGEST_SESSION) > 0) {
            throw new IllegalArgumentException("not the lifetime of a session: " + lifetime);
        }
        Instant expiresAt = clock.instant().plus(lifetime).truncatedTo(ChronoUnit.SECONDS);
        SessionCredentials credentials = tokens.issue(account, arn, userId, session, expiresAt);
        sessions.add(credentials);
        return credentials;
    }

    /**
     * The unique id of a role. One of a role that isn't there follows from its ARN; no policy can
     * be attached to it, so its sessions may do nothing.
     */
    private String roleId(RoleArn role) {
        Optional<IamEntity> known =
                directory
                        .state(role.account())
                        .find(IamEntity.Kind.ROLE, role.name())
                        .filter(found -> found.path().equals(role.path()));
        if (known.isPresent()) {
            return known.get().id();
        }
        return "AROA" + RandomIds.base32(tokens.derive("role id", role.toString()), 17);
    }

    @Override
    public Optional<SigningCredential> find(String accessKeyId) {
        Entry entry = keys.get(accessKeyId);
        return entry != null
                ? Optional.of(entry.credential)
                : userKeys.find(accessKeyId).or(() -> sessions.find(accessKeyId));
    }

    @Override
    public Optional<SigningCredential> find(String accessKeyId, Optional<String> sessionToken) {
        Entry entry = keys.get(accessKeyId);
        if (entry != null) {
            return Optional.of(entry.credential);
        }
        Optional<SigningCredential> user = userKeys.find(accessKeyId);
        if (user.isPresent()) {
            return user;
        }
        return sessionToken
                .map(token -> sessions.find(accessKeyId, token))
                .orElseGet(() -> sessions.find(accessKeyId))
                .filter(credential -> accounts.containsKey(credential.principal().account()));
    }

    private AccessKey newKey(AccountId account) {
        return new AccessKey(
                account,
                ids.accessKeyId(RandomIds.LONG_LIVED),
                ids.secretAccessKey(),
                clock.instant());
    }

    private SealedKey seal(AccessKey key) {
        byte[] secret = key.secretAccessKey().reveal().getBytes(StandardCharsets.US_ASCII);
        KeyRef under = new KeyRef(key.account().value(), ALIAS);
        return new SealedKey(
                key.accessKeyId(),
                key.account(),
                envelope.seal(secret, under, context(key.accessKeyId())),
                key.createdAt());
    }

    private void admit(AccessKey key) {
        Principal principal =
                new Principal(
                        key.account(),
                        requireAccount(key.account()).rootArn(),
                        key.account().value(),
                        key.accessKeyId());
        keys.put(
                key.accessKeyId(),
                new Entry(
                        key,
                        new SigningCredential(principal, key.secretAccessKey(), Optional.empty())));
    }

    private Account requireAccount(AccountId id) {
        Account account = accounts.get(id);
        if (account == null) {
            throw new IllegalArgumentException("there is no account " + id);
        }
        return account;
    }

    private static Map<String, String> context(String accessKeyId) {
        return Map.of("cloister:access-key", accessKeyId);
    }

    private record Entry(AccessKey key, SigningCredential credential) {}
}
