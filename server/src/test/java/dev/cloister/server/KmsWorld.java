package dev.cloister.server;

import dev.cloister.api.AccessInput;
import dev.cloister.api.AccountId;
import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.identity.Identities;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.access.PolicyAuthorizer;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.keys.RootKeyring;
import dev.cloister.keys.managed.FunctionKeys;
import dev.cloister.keys.managed.KeyUseLog;
import dev.cloister.keys.managed.ManagedKeys;
import dev.cloister.keys.wire.KmsService;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.SdkPojo;

/** KMS with its access table, key policies and IAM, as the server joins them, without the wire. */
final class KmsWorld implements AutoCloseable {
    static final AccountId ACCOUNT = new AccountId("111122223333");

    private final Database database;
    private final RootKeyring keyring;
    private final ManagedKeys keys;
    private final ServiceDefinition service;
    private final Identities identities;
    private final Authorizer authorizer;
    private final Principal root =
            new Principal(ACCOUNT, "arn:aws:iam::111122223333:root", ACCOUNT.value(), "AKIAROOT");
    private final Principal user;

    KmsWorld(Path folder) {
        this.database = new SqliteDatabase(folder.resolve("state.db"), Cloister.migrations());
        this.keyring = RootKeyring.open(folder.resolve("root.key"), database);
        Envelope envelope = new Envelope(keyring);
        this.identities =
                new Identities(database, envelope, InstantSource.system(), new SecureRandom());
        identities.ensureAccount(ACCOUNT);
        Callers callers = new Callers(identities.directory());
        this.keys =
                new ManagedKeys(
                        database,
                        envelope,
                        new PolicyKeyAccess(callers),
                        InstantSource.system(),
                        new SecureRandom());
        this.service = KmsService.definition(keys);
        this.authorizer = new PolicyAuthorizer(callers, identities.userKeys(), List.of());
        IamEntity entity =
                identities
                        .directory()
                        .entities()
                        .create(
                                ACCOUNT,
                                IamEntity.Kind.USER,
                                "u",
                                "/",
                                Map.of("team", "red"),
                                Optional.empty());
        this.user = new Principal(ACCOUNT, entity.arn(ACCOUNT), entity.id(), "AKIAUSER");
    }

    CustomerLogKeys logKeys() {
        return new CustomerLogKeys(keyring, keys, InstantSource.system());
    }

    KeyUseLog uses() {
        return keys.uses();
    }

    ManagedKeys keys() {
        return keys;
    }

    FunctionKeys functionKeys() {
        return new FunctionKeys(keyring, keys);
    }

    Principal root() {
        return root;
    }

    Principal user() {
        return user;
    }

    ServiceDefinition service() {
        return service;
    }

    /** Carries out an operation as the account's root user. */
    Object asRoot(String operation, SdkPojo request) {
        return call(root, operation, request);
    }

    /** Carries out an operation as the IAM user, whose only policy is this. */
    Object asUser(String policy, String operation, SdkPojo request) {
        identities.directory().entities().putInline(ACCOUNT, IamEntity.Kind.USER, "u", "p", policy);
        return call(user, operation, request);
    }

    /** Gives the IAM user these permissions and no others. */
    void userMay(String... actions) {
        identities
                .directory()
                .entities()
                .putInline(
                        ACCOUNT,
                        IamEntity.Kind.USER,
                        "u",
                        "p",
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                        "Action":["%s"],"Resource":"*"}]}"""
                                .formatted(String.join("\",\"", actions)));
    }

    String userArn() {
        return user.arn();
    }

    /** Why the IAM user, whose only policy is this, may not read what Lambda keeps under a key. */
    Optional<AwsError> readerRefusal(String policy, String keyArn, String functionArn) {
        identities.directory().entities().putInline(ACCOUNT, IamEntity.Kind.USER, "u", "p", policy);
        return Adapters.codeReaders(functionKeys()).refusal(context(user), keyArn, functionArn);
    }

    private static RequestContext context(Principal principal) {
        return new RequestContext(
                UUID.randomUUID(),
                principal,
                new Region("us-east-1"),
                Instant.now(),
                InetAddress.getLoopbackAddress(),
                "http://127.0.0.1:4566");
    }

    /** As the dispatcher does it. */
    private Object call(Principal principal, String operation, SdkPojo request) {
        RequestContext context = context(principal);
        authorizer.authorize(
                "kms",
                service.access()
                        .rule(operation)
                        .orElseThrow()
                        .checks(AccessInput.of(request), context),
                context);
        Operation.Modeled<?, ?> row =
                service.operations().stream()
                        .filter(it -> it.name().equals(operation))
                        .map(it -> (Operation.Modeled<?, ?>) it)
                        .findFirst()
                        .orElseThrow();
        return handle(row, request, context);
    }

    private static <I extends SdkPojo, O extends SdkPojo> O handle(
            Operation.Modeled<I, O> row, SdkPojo request, RequestContext context) {
        @SuppressWarnings("unchecked") // the table pairs builders and handlers
        I typed = (I) request;
        return row.handler().handle(typed, context);
    }

    /** Everything that KMS stores. */
    String state() {
        return database.read(
                handle -> {
                    StringBuilder all = new StringBuilder();
                    for (String table :
                            List.of(
                                    "kms_keys",
                                    "kms_materials",
                                    "kms_aliases",
                                    "kms_grants",
                                    "kms_tags")) {
                        handle.createQuery("SELECT * FROM " + table)
                                .mapToMap()
                                .forEach(
                                        row -> {
                                            row.keySet().removeAll(List.of("sealed", "public_key"));
                                            all.append(table).append(row.toString()).append('\n');
                                        });
                    }
                    return all.toString();
                });
    }

    @Override
    public void close() {
        keys.close();
        database.close();
    }
}
