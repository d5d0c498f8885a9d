package dev.cloister.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.code.ArchiveLimits;
import dev.cloister.functions.code.CodePackager;
import dev.cloister.functions.code.ImageBuilder;
import dev.cloister.functions.layers.Layers;
import dev.cloister.functions.signing.CodeSigningConfigs;
import dev.cloister.functions.urls.UrlNames;
import dev.cloister.functions.wire.CodeLinks;
import dev.cloister.functions.wire.LambdaService;
import dev.cloister.functions.wire.LambdaSupport;
import dev.cloister.functions.wire.PermissionOperations;
import dev.cloister.functions.wire.UrlOperations;
import dev.cloister.keys.RootKeyring;
import dev.cloister.signer.Signer;
import dev.cloister.storage.ArtifactStore;
import dev.cloister.storage.EncryptedArtifactStore;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;

/** The control plane on a real database, artifact store and keyring, with fake runtimes. */
public final class Installation implements AutoCloseable {
    public static final AccountId ACCOUNT = new AccountId("123456789012");
    public static final Region REGION = new Region("us-east-1");
    public static final String ROLE = "arn:aws:iam::123456789012:role/lambda-role";
    public static final Instant START = Instant.parse("2026-11-23T10:00:00.123Z");
    private static final LambdaSupport SUPPORT = LambdaSupport.load();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final ImageBuilder builder;
    private final ArchiveLimits limits;
    public final FakeRuntimes runtimes = new FakeRuntimes();
    public volatile Instant now = START;

    /** Customers' keys that can't be used, by their ARNs, with KMS's errors. */
    public final Map<String, AwsError> unusableKeys = new ConcurrentHashMap<>();

    private FunctionSettings settings;
    private Running running;

    private record Running(
            FaultyDatabase database,
            ArtifactStore artifacts,
            Signer signer,
            Functions functions,
            CodeLinks links,
            List<Operation> operations,
            List<VersionSnapshot> retired) {}

    public Installation(Path folder) {
        this(
                folder,
                FunctionSettings.defaults(List.of("x86_64")),
                (tree, image) -> {
                    try (var files = Files.walk(tree)) {
                        StringBuilder listing = new StringBuilder();
                        for (Path file : files.sorted().toList()) {
                            listing.append(tree.relativize(file)).append('\n');
                            if (Files.isRegularFile(file)) {
                                listing.append(
                                        new String(
                                                Files.readAllBytes(file),
                                                StandardCharsets.ISO_8859_1));
                            }
                        }
                        Files.writeString(image, listing, StandardCharsets.ISO_8859_1);
                    }
                });
    }

    public Installation(Path folder, FunctionSettings settings, ImageBuilder builder) {
        this(folder, settings, builder, ArchiveLimits.DEFAULTS);
    }

    /** With other limits of archives than AWS's, to try them cheaply. */
    public Installation(
            Path folder, FunctionSettings settings, ImageBuilder builder, ArchiveLimits limits) {
        this.limits = limits;
        this.folder = folder;
        this.builder = builder;
        this.settings = settings;
        this.running = start();
    }

    private Running start() {
        try {
            FaultyDatabase database =
                    new FaultyDatabase(
                            new SqliteDatabase(
                                    folder.resolve("cloister.db"),
                                    List.of(
                                            RootKeyring.migration(),
                                            Functions.migration(),
                                            Layers.migration(),
                                            Functions.accessMigration(),
                                            Functions.traitMigration(),
                                            CodeSigningConfigs.migration(),
                                            Signer.migration())));
            RootKeyring keys = RootKeyring.open(folder.resolve("root.key"), database);
            CustomerKeys customerKeys = new CustomerKeys(keys, unusableKeys);
            ArtifactStore artifacts =
                    new EncryptedArtifactStore(folder.resolve("artifacts"), customerKeys);
            Signer signer = new Signer(database, new Envelope(keys), () -> now, new SecureRandom());
            Functions functions =
                    new Functions(
                            database,
                            artifacts,
                            new Envelope(customerKeys),
                            runtimes.catalog(),
                            runtimes.images(),
                            new CodePackager(folder.resolve("work"), builder, limits),
                            signer,
                            new Roles(),
                            () -> now,
                            settings,
                            () -> chance);
            List<VersionSnapshot> retired =
                    java.util.Collections.synchronizedList(new ArrayList<>());
            functions.onRetired(retired::add);
            CodeLinks links = new CodeLinks(functions, customerKeys, () -> now);
            return new Running(
                    database,
                    artifacts,
                    signer,
                    functions,
                    links,
                    operations(functions, links),
                    retired);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Every role can be assumed and may do everything, but those that say otherwise. */
    private static final class Roles implements ExecutionRoles {
        @Override
        public boolean assumable(String roleArn, String functionArn) {
            return !roleArn.endsWith(":role/unassumable");
        }

        @Override
        public boolean allows(
                String roleArn, String functionName, String action, String resourceArn) {
            return !roleArn.endsWith(":role/powerless")
                    && !(roleArn.endsWith(":role/publisher") && !action.equals("sns:Publish"));
        }
    }

    /** An S3 without buckets. */
    private static byte[] noBucket(
            RequestContext context, ArchiveSource.Location location, long most) {
        throw new ArchiveSource.UnreadableException(
                "NoSuchBucket", "The specified bucket does not exist");
    }

    private static List<Operation> operations(Functions functions, CodeLinks links) {
        List<Operation> rows =
                new ArrayList<>(LambdaService.operations(functions, links, Installation::noBucket));
        rows.addAll(PermissionOperations.rows(functions));
        rows.addAll(UrlOperations.rows(functions, UrlNames.local(4566)));
        return SUPPORT.guarded(rows);
    }

    /** What the chooser of weighted aliases draws. */
    public volatile double chance = 0.5;

    /** Ends the process as a stop does; nothing but what is stored goes on. */
    public void restart() {
        close();
        running = start();
    }

    public void restart(FunctionSettings changed) {
        settings = changed;
        restart();
    }

    public Signer signer() {
        return running.signer;
    }

    public Functions functions() {
        return running.functions;
    }

    /** Every row of Lambda's table but Invoke's, guarded as the server's are. */
    public List<Operation> operations() {
        return running.operations;
    }

    public CodeLinks links() {
        return running.links;
    }

    public ArtifactStore artifacts() {
        return running.artifacts;
    }

    public FaultyDatabase database() {
        return running.database;
    }

    public List<VersionSnapshot> retired() {
        return running.retired;
    }

    public Path folder() {
        return folder;
    }

    public List<String> artifactNames() {
        try {
            return running.artifacts.list().stream().map(ArtifactStore.ArtifactId::value).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Calls an operation as the edge does. */
    public <O extends SdkPojo> O call(SdkPojo request, Class<O> answer) {
        return call(request, answer, context(ACCOUNT, REGION));
    }

    @SuppressWarnings("unchecked")
    public <O extends SdkPojo> O call(SdkPojo request, Class<O> answer, RequestContext context) {
        String name = request.getClass().getSimpleName().replace("Request", "");
        Operation.Modeled<SdkPojo, SdkPojo> operation =
                (Operation.Modeled<SdkPojo, SdkPojo>)
                        running.operations.stream()
                                .filter(o -> o.name().equals(name))
                                .findAny()
                                .orElseThrow();
        return answer.cast(operation.handler().handle(request, context));
    }

    public static RequestContext context(AccountId account, Region region) {
        return new RequestContext(
                UUID.randomUUID(),
                new Principal(
                        account,
                        "arn:aws:iam::" + account + ":root",
                        account.value(),
                        "AKIAEXAMPLE"),
                region,
                START,
                InetAddress.getLoopbackAddress(),
                "http://127.0.0.1:4566");
    }

    /** Waits until no version of the function is being prepared. */
    public GetFunctionConfigurationResponse settled(String name) {
        until(
                () ->
                        running
                                .functions
                                .find(new FunctionKey(ACCOUNT, REGION, name))
                                .orElseThrow()
                                .versions()
                                .stream()
                                .noneMatch(version -> version.status().unfinished()));
        return call(
                GetFunctionConfigurationRequest.builder().functionName(name).build(),
                GetFunctionConfigurationResponse.class);
    }

    public static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        running.functions.close();
        running.database.close();
    }
}
