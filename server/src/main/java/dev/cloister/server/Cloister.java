package dev.cloister.server;

import dev.cloister.api.ApiServer;
import dev.cloister.api.Authorizer;
import dev.cloister.api.LoggedSecurityEvents;
import dev.cloister.api.Operation;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.functions.ArchiveSource;
import dev.cloister.functions.FunctionSettings;
import dev.cloister.functions.Functions;
import dev.cloister.functions.KeyPermissions;
import dev.cloister.functions.VersionSnapshot;
import dev.cloister.functions.code.CodePackager;
import dev.cloister.functions.layers.Layers;
import dev.cloister.functions.signing.CodeSigningConfigs;
import dev.cloister.functions.urls.UrlNames;
import dev.cloister.functions.wire.CodeLinks;
import dev.cloister.functions.wire.KeyedOperations;
import dev.cloister.functions.wire.LambdaAccess;
import dev.cloister.functions.wire.LambdaService;
import dev.cloister.functions.wire.LambdaSupport;
import dev.cloister.functions.wire.PermissionOperations;
import dev.cloister.functions.wire.ResourcePolicyOperations;
import dev.cloister.functions.wire.UrlOperations;
import dev.cloister.identity.AccessKey;
import dev.cloister.identity.Identities;
import dev.cloister.identity.access.AccessQuestions;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.access.ExecutionRoles;
import dev.cloister.identity.access.IdentityResources;
import dev.cloister.identity.access.PolicyAuthorizer;
import dev.cloister.identity.wire.IamService;
import dev.cloister.identity.wire.StsService;
import dev.cloister.invoke.HostMemory;
import dev.cloister.invoke.Invoker;
import dev.cloister.invoke.url.UrlRoute;
import dev.cloister.invoke.wire.InvokeOperation;
import dev.cloister.keys.RootKeyPlace;
import dev.cloister.keys.RootKeyRotation;
import dev.cloister.keys.RootKeyring;
import dev.cloister.keys.managed.FunctionKeys;
import dev.cloister.keys.managed.ManagedKeys;
import dev.cloister.keys.wire.KmsService;
import dev.cloister.observe.logs.LogSchema;
import dev.cloister.observe.logs.SegmentedLogStore;
import dev.cloister.observe.wire.LogsService;
import dev.cloister.runtimes.DebianRuntimeImages;
import dev.cloister.runtimes.HostTools;
import dev.cloister.runtimes.RuntimeCatalog;
import dev.cloister.runtimes.RuntimeLifecycles;
import dev.cloister.runtimes.StandardRuntimeCatalog;
import dev.cloister.s3.ObjectStorage;
import dev.cloister.s3.wire.S3Service;
import dev.cloister.secrets.ValueKeys;
import dev.cloister.secrets.manager.SecretsManager;
import dev.cloister.secrets.parameters.ParameterStore;
import dev.cloister.secrets.wire.SecretsManagerService;
import dev.cloister.secrets.wire.SsmService;
import dev.cloister.server.admin.AccountAdministration;
import dev.cloister.server.admin.AdminCommand;
import dev.cloister.server.admin.Status;
import dev.cloister.server.admin.StatusSource;
import dev.cloister.server.runtimes.RuntimeCare;
import dev.cloister.server.runtimes.RuntimeReports;
import dev.cloister.server.runtimes.SandboxTrial;
import dev.cloister.server.settings.ServerSettings;
import dev.cloister.signer.Signer;
import dev.cloister.signer.wire.SignerService;
import dev.cloister.storage.ArtifactStore;
import dev.cloister.storage.Database;
import dev.cloister.storage.EncryptedArtifactStore;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.Migration;
import dev.cloister.storage.SqliteDatabase;
import dev.cloister.worker.Worker;
import dev.cloister.worker.environment.DefaultWorker;
import dev.cloister.worker.sandbox.HostCapabilities;
import dev.cloister.worker.sandbox.OciSandboxes;
import dev.cloister.worker.sandbox.SandboxSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The composition root: builds every part by its constructor, from top to bottom.
 *
 * <p>Closing stops every part in reverse order and returns when nothing of this installation is
 * left on the host: no process, mount, cgroup, namespace or socket.
 */
public final class Cloister implements StatusSource, AutoCloseable {
    private static final Duration IMAGE_LIMIT = Duration.ofMinutes(2);
    private static final Duration RENEWAL_CHECKS = Duration.ofDays(1);

    private final Resources resources;
    private final ServerSettings settings;
    private final Instant startedAt;
    private final Endpoint endpoint;
    private final Identities identities;
    private final Functions functions;
    private final OciSandboxes sandboxes;
    private final Worker worker;
    private final RuntimeCare runtimeCare;
    private final KeyCommands keyCommands;
    private final AccessCommands access;

    private Cloister(Resources resources, ServerSettings settings, DataFolder data)
            throws IOException {
        this.resources = resources;
        this.settings = settings;
        InstantSource clock = InstantSource.system();
        this.startedAt = clock.instant();
        DataLayout layout = data.layout();
        this.endpoint =
                Endpoint.of(settings.endpoint(), settings.account().region(), layout, clock);

        // State, and the keys that everything stored is under.
        Database database = resources.add(new SqliteDatabase(layout.database(), migrations()));
        RootKeyring keys =
                RootKeyring.open(
                        new RootKeyPlace(layout.rootKey(), settings.keys().sealedBy()), database);
        Envelope envelope = new Envelope(keys);

        // Who may do what.
        this.identities = new Identities(database, envelope, clock, new SecureRandom());
        identities.ensureAccount(settings.account().id());
        Callers callers = new Callers(identities.directory());
        ExecutionRoles roles = new ExecutionRoles(identities, clock);
        ManagedKeys managedKeys =
                resources.add(
                        new ManagedKeys(
                                database,
                                envelope,
                                new PolicyKeyAccess(callers),
                                clock,
                                new SecureRandom()));
        managedKeys.start();
        this.keyCommands = new KeyCommands(managedKeys.uses());
        FunctionKeys functionKeys = new FunctionKeys(keys, managedKeys);
        ArtifactStore artifacts = new EncryptedArtifactStore(layout.artifacts(), functionKeys);

        // Secrets of functions.
        ValueKeys valueKeys = new ValueKeys(managedKeys, clock, new SecureRandom());
        SecretsManager secrets =
                resources.add(
                        new SecretsManager(
                                database,
                                valueKeys,
                                new SecretPolicyCheck(),
                                clock,
                                new SecureRandom()));
        secrets.start();
        ParameterStore parameters = new ParameterStore(database, valueKeys, envelope, clock);

        // Who has signed what.
        Signer signer = new Signer(database, envelope, clock, new SecureRandom());

        // What happened.
        SegmentedLogStore logs =
                resources.add(
                        new SegmentedLogStore(
                                layout.functionLogs(),
                                database,
                                new CustomerLogKeys(keys, managedKeys, clock),
                                ModuleSettings.logs(settings.logs()),
                                clock));

        // Objects in buckets.
        ObjectStorage objects =
                new ObjectStorage(
                        database, new EncryptedArtifactStore(layout.objects(), keys), clock);

        // Where functions run.
        RuntimeCatalog catalog = new StandardRuntimeCatalog();
        DebianRuntimeImages images =
                new DebianRuntimeImages(
                        ModuleSettings.runtimes(layout), catalog, HostTools.onPath());
        images.removeInterrupted();
        this.sandboxes = new OciSandboxes(sandboxSettings(settings, data));
        this.worker =
                resources.add(
                        new DefaultWorker(
                                sandboxes,
                                ModuleSettings.worker(settings.environments(), endpoint.loopback()),
                                clock));

        CodePackager packager =
                new CodePackager(
                        sandboxes.workFolder().path(),
                        new ScratchImageBuilder(
                                sandboxes.workFolder(),
                                tool("mkfs.erofs", "erofs-utils"),
                                IMAGE_LIMIT));

        // The control plane and the data plane.
        this.functions =
                resources.add(
                        new Functions(
                                database,
                                artifacts,
                                new Envelope(functionKeys),
                                catalog,
                                images,
                                packager,
                                signer,
                                new LambdaRoles(roles, callers),
                                clock,
                                FunctionSettings.defaults(worker.architectures())));
        Invoker invoker =
                resources.add(
                        new Invoker(
                                new KeyCheckedFunctions(
                                        functions,
                                        functionKeys,
                                        identities::sessionPrincipal,
                                        clock),
                                worker,
                                Adapters.roleCredentials(
                                        roles, settings.environments().maximumLease()),
                                Adapters.environmentLogs(
                                        logs, new LogPermissions(callers, logs), clock),
                                Adapters.egress(settings.environments().egress()),
                                HostMemory.ofLinux(),
                                ModuleSettings.invoke(settings),
                                clock));

        this.runtimeCare =
                resources.add(
                        new RuntimeCare(
                                images,
                                images,
                                functions.runtimeManagement()::rollOut,
                                functions.runtimeManagement()::uses,
                                new RuntimeReports(
                                        catalog,
                                        images,
                                        images,
                                        RuntimeLifecycles.ofAws(),
                                        settings.account().region(),
                                        functions.runtimeManagement()::uses),
                                new SandboxTrial(worker, packager),
                                ModuleSettings.oldRuntimes(layout),
                                clock));
        settings.runtimes().updateEvery().ifPresent(runtimeCare::updateEvery);

        // The edge: it comes last, so that nothing is asked before everything can answer.
        CodeLinks links = new CodeLinks(functions, Adapters.codeReaders(functionKeys), clock);
        UrlNames urlNames = endpoint.urlNames();
        CompiledPolicies policies = new CompiledPolicies();
        FunctionResources functionResources = new FunctionResources(functions, policies);
        SecretResources secretResources = new SecretResources(secrets, parameters);
        IdentityResources identityResources = new IdentityResources(identities.directory());
        BucketResources bucketResources = new BucketResources(objects.buckets());
        this.access =
                new AccessCommands(
                        new AccessQuestions(
                                identities,
                                callers,
                                List.of(
                                        functionResources,
                                        secretResources,
                                        identityResources,
                                        bucketResources,
                                        new KeyResources(managedKeys)),
                                clock));
        Authorizer authorizer =
                new PolicyAuthorizer(
                        callers,
                        identities.userKeys(),
                        List.of(
                                functionResources,
                                secretResources,
                                identityResources,
                                bucketResources),
                        Optional.of(identities.authorizationMessages()));
        Operation invoke = InvokeOperation.row(invoker);
        ArchiveSource ownArchives = new OwnArchives(objects, authorizer);
        ArchiveSource archives =
                settings.codeStore()
                        .<ArchiveSource>map(
                                store ->
                                        new StoreArchives(
                                                ownArchives,
                                                objects.buckets(),
                                                resources.add(StoreArchives.client(store)),
                                                store.buckets(),
                                                authorizer))
                        .orElse(ownArchives);
        List<ServiceDefinition> services =
                List.of(
                        lambda(
                                functions,
                                links,
                                archives,
                                urlNames,
                                invoke,
                                new FunctionKeyPermissions(functions, functionKeys).following()),
                        StsService.definition(
                                identities, ModuleSettings.tokens(settings.identity(), clock)),
                        IamService.definition(identities),
                        KmsService.definition(managedKeys),
                        SecretsManagerService.definition(secrets, authorizer),
                        SsmService.definition(parameters),
                        SignerService.definition(
                                signer,
                                context -> new SigningBuckets(objects, authorizer, context)),
                        LogsService.definition(logs, clock),
                        S3Service.definition(objects, CompiledPolicies::fault, authorizer));
        resources
                .add(
                        new ApiServer(
                                endpoint.settings(),
                                identities,
                                authorizer,
                                settings.identity().badSignatures(),
                                new LoggedSecurityEvents(),
                                clock,
                                services,
                                List.of(
                                        new UrlRoute(
                                                functions.urlEdits()::locate,
                                                urlNames,
                                                new UrlPolicies(callers::of, policies),
                                                invoker::invoke)),
                                List.of(links)))
                .start();
        endpoint.ownCertificate()
                .ifPresent(
                        own ->
                                resources.add(
                                        new CertificateRenewal(
                                                own.authority(), own.names(), RENEWAL_CHECKS)));
    }

    /**
     * Starts the server; it answers requests when this returns.
     *
     * @param data stays the caller's, who closes it after this
     * @throws StartException if a part can't be built; nothing is left running then
     */
    public static Cloister start(ServerSettings settings, DataFolder data) {
        Resources resources = new Resources();
        try {
            return new Cloister(resources, settings, data);
        } catch (IOException e) {
            throw abandoned(resources, new StartException("Can't start: " + e.getMessage(), e));
        } catch (RuntimeException e) {
            throw abandoned(resources, e);
        }
    }

    private static RuntimeException abandoned(Resources resources, RuntimeException failure) {
        try {
            resources.close();
        } catch (StopException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /**
     * Removes what a killed server of this installation left on the host: processes, cgroups,
     * mounts, namespaces, links, rules. Does nothing where there is none of it.
     */
    public static void removeLeftovers(ServerSettings settings, DataFolder data) {
        OciSandboxes.removeLeftovers(sandboxSettings(settings, data));
    }

    /** The tables of every part. */
    static List<Migration> migrations() {
        return List.of(
                RootKeyring.migration(),
                ManagedKeys.migration(),
                Identities.migration(),
                Functions.migration(),
                Layers.migration(),
                Functions.accessMigration(),
                Functions.traitMigration(),
                CodeSigningConfigs.migration(),
                Signer.migration(),
                SecretsManager.migration(),
                ParameterStore.migration(),
                LogSchema.MIGRATION,
                ObjectStorage.migration());
    }

    /**
     * Puts a new root key in the place of the old one, and where the settings say. No server may
     * run on the folder: the caller holds it.
     *
     * @throws StartException if there is no installation in the folder
     */
    public static RootKeyRotation.Rotated rotateRootKey(ServerSettings settings, DataFolder data) {
        DataLayout layout = data.layout();
        if (!Files.exists(layout.rootKey()) || !Files.exists(layout.database())) {
            throw new StartException(
                    "There is no installation with a root key in " + layout.root() + ".");
        }
        try (Database database = new SqliteDatabase(layout.database(), migrations())) {
            return RootKeyRotation.rotate(
                    new RootKeyPlace(layout.rootKey(), settings.keys().sealedBy()), database);
        }
    }

    /** Where the API answers, for example {@code http://127.0.0.1:4566}. */
    public String endpoint() {
        return endpoint.url();
    }

    /** The administrator of the account of the settings. */
    public AdministratorCredentials administrator() {
        AccessKey key = identities.administratorKey(settings.account().id());
        return new AdministratorCredentials(key.accessKeyId(), key.secretAccessKey());
    }

    /** The accounts, for their administration by the owner. */
    public AccountAdministration accounts() {
        return new AccountsOfServer(identities, endpoint(), settings.account().region().value());
    }

    /** What the admin socket offers besides status and accounts. */
    public Map<String, AdminCommand> commands() {
        Map<String, AdminCommand> all = new HashMap<>(runtimeCare.commands());
        all.putAll(access.commands());
        all.putAll(keyCommands.commands());
        return all;
    }

    @Override
    public Status status() {
        List<Status.Environment> environments =
                worker.environments().stream().map(Cloister::environment).toList();
        return new Status(
                endpoint(),
                settings.account().region().value(),
                settings.account().id().value(),
                startedAt,
                Status.ServerProcess.current(),
                functions.versions().stream()
                        .sorted(Comparator.comparing(VersionSnapshot::functionArn))
                        .map(Cloister::function)
                        .toList(),
                environments,
                List.of(
                        new Status.WorkerHost(
                                "local",
                                worker.architectures(),
                                sandboxes.backend(),
                                environments.size())),
                List.of());
    }

    @Override
    public void close() {
        resources.close();
    }

    /** One table of Lambda's operations: the control plane's and Invoke. */
    private static ServiceDefinition lambda(
            Functions functions,
            CodeLinks links,
            ArchiveSource archives,
            UrlNames urlNames,
            Operation invoke,
            KeyPermissions keys) {
        List<Operation> rows =
                new ArrayList<>(LambdaService.operations(functions, links, archives));
        rows.addAll(PermissionOperations.rows(functions));
        rows.addAll(ResourcePolicyOperations.rows(functions, CompiledPolicies::fault));
        rows.addAll(UrlOperations.rows(functions, urlNames));
        rows.add(invoke);
        return new ServiceDefinition(
                "lambda",
                "/facts/lambda.json",
                KeyedOperations.around(LambdaSupport.load().complete(rows), functions, keys),
                LambdaAccess.table());
    }

    private static SandboxSettings sandboxSettings(ServerSettings settings, DataFolder data) {
        String runtime = settings.environments().ociRuntime().orElse("auto");
        Path program;
        if (runtime.equals("auto")) {
            program =
                    HostCapabilities.ociRuntime()
                            .orElseThrow(() -> missing("crun", "crun (or runc)"));
        } else if (runtime.startsWith("/")) {
            program = executable(Path.of(runtime));
        } else {
            program = tool(runtime, runtime);
        }
        return SandboxSettings.of(data.instance(), data.layout().root(), program);
    }

    private static Path executable(Path program) {
        if (!Files.isExecutable(program)) {
            throw new StartException(
                    "%s is no program: correct worker.oci-runtime".formatted(program));
        }
        return program;
    }

    private static Path tool(String program, String debianPackage) {
        return HostTools.onPath().find(program).orElseThrow(() -> missing(program, debianPackage));
    }

    private static StartException missing(String program, String debianPackage) {
        return new StartException(
                "%s is not installed; Debian's package %s has it. 'cloister doctor' shows all that this host lacks."
                        .formatted(program, debianPackage));
    }

    private static Status.FunctionVersion function(VersionSnapshot version) {
        return new Status.FunctionVersion(
                version.name(),
                version.version(),
                version.runtime().map(image -> image.runtime().identifier()).orElse("-"),
                version.memoryMegabytes(),
                version.state().name());
    }

    private static Status.Environment environment(Worker.EnvironmentStatus status) {
        return new Status.Environment(
                status.id(),
                status.functionName(),
                status.version(),
                status.state().name(),
                status.memoryBytes(),
                status.startedAt());
    }
}
