package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.code.CodePackager;
import dev.cloister.functions.layers.LayerIndex;
import dev.cloister.functions.layers.Layers;
import dev.cloister.functions.layers.Organizations;
import dev.cloister.functions.signing.CodeSigningConfigs;
import dev.cloister.functions.signing.DeploymentCheck;
import dev.cloister.runtimes.RuntimeCatalog;
import dev.cloister.runtimes.RuntimeImages;
import dev.cloister.runtimes.RuntimeLifecycles;
import dev.cloister.signer.Signer;
import dev.cloister.storage.ArtifactStore;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * The functions of this installation: the control plane's state and what the data plane sees of it.
 * Thread-safe. Give {@link #migration} to the database before. Closing interrupts preparations
 * under way and waits for them up to ten seconds; the next start takes them up again.
 */
public final class Functions implements FunctionCatalog, AutoCloseable {
    private final RuntimeManagement runtimeManagement;
    private final ArtifactShelf shelf;
    private final FunctionIndex index;
    private final Layers layers;
    private final Ledger ledger;
    private final Preparations preparations;
    private final FunctionEdits edits;
    private final VersionEdits versions;
    private final AliasEdits aliases;
    private final TagEdits tags;
    private final PermissionEdits permissions;
    private final UrlEdits urls;
    private final RecursionEdits recursion;
    private final ConcurrencyEdits concurrency;
    private final CodeSigningEdits signing;
    private final FunctionSettings settings;
    private final DoubleSupplier chance;

    /**
     * Loads every function and takes up unfinished preparations.
     *
     * @param artifacts keeps archives and images; those that no version needs are removed
     * @param envelope seals environment variables
     * @param signer knows who has signed an archive
     * @param roles says which roles functions may have
     * @throws IOException if the artifact store can't be read
     */
    public Functions(
            Database database,
            ArtifactStore artifacts,
            Envelope envelope,
            RuntimeCatalog runtimes,
            RuntimeImages images,
            CodePackager packager,
            Signer signer,
            ExecutionRoles roles,
            InstantSource clock,
            FunctionSettings settings)
            throws IOException {
        this(
                database,
                artifacts,
                envelope,
                runtimes,
                images,
                packager,
                signer,
                roles,
                clock,
                settings,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /**
     * @param chance gives 0.0 to 1.0, for weighted aliases
     */
    Functions(
            Database database,
            ArtifactStore artifacts,
            Envelope envelope,
            RuntimeCatalog runtimes,
            RuntimeImages images,
            CodePackager packager,
            Signer signer,
            ExecutionRoles roles,
            InstantSource clock,
            FunctionSettings settings,
            DoubleSupplier chance)
            throws IOException {
        EnvironmentSeal seal = new EnvironmentSeal(envelope);
        FunctionStore store = new FunctionStore(database, seal);
        this.settings = settings;
        this.chance = chance;
        this.shelf = new ArtifactShelf(artifacts);
        LayerIndex layerIndex = new LayerIndex();
        this.index = new FunctionIndex(images, shelf, layerIndex);
        this.ledger = new Ledger(store, index, shelf);
        ImageShelf made = new ImageShelf(index, shelf, packager, settings.parallelPreparations());
        this.preparations = new Preparations(ledger, index, made, images, settings);
        EditRules editRules = new EditRules(index, layerIndex, settings, clock);
        CodeUpload upload = new CodeUpload(packager, shelf);
        DeploymentCheck deployments = new DeploymentCheck(signer, clock);
        this.layers =
                new Layers(
                        database,
                        layerIndex,
                        new LayerShelf(upload, shelf, index, deployments),
                        editRules::checkStorage,
                        Organizations.NONE,
                        clock);
        CodeSigningConfigs signingConfigs = new CodeSigningConfigs(database, clock);
        this.edits =
                new FunctionEdits(
                        ledger,
                        index,
                        new ConfigurationRules(
                                new RuntimeRules(runtimes, RuntimeLifecycles.ofAws(), clock),
                                roles,
                                settings,
                                seal),
                        upload,
                        new LayerRules(layers, shelf, index, upload),
                        preparations,
                        shelf,
                        editRules,
                        new SignedDeployments(signingConfigs, deployments, shelf));
        this.versions = new VersionEdits(ledger, preparations, editRules);
        this.tags = new TagEdits(ledger);
        this.runtimeManagement = new RuntimeManagement(ledger, index, images);
        this.permissions = new PermissionEdits(ledger, index);
        this.urls = new UrlEdits(ledger, index, clock);
        this.recursion = new RecursionEdits(ledger);
        this.concurrency = new ConcurrencyEdits(ledger, index, settings.accountConcurrency());
        this.signing = new CodeSigningEdits(signingConfigs, ledger, index);
        this.aliases = new AliasEdits(ledger);
        store.loadAll().forEach(index::put);
        shelf.sweep(index::needed);
        index.all().stream()
                .filter(Functions::needsPreparation)
                .forEach(entry -> preparations.submit(entry.function().key()));
    }

    /** This module's tables. */
    public static Migration migration() {
        return FunctionStore.MIGRATION;
    }

    /** The tables of policies and URLs. */
    public static Migration accessMigration() {
        return AccessTables.MIGRATION;
    }

    /** The table of functions' traits. */
    public static Migration traitMigration() {
        return TraitTables.MIGRATION;
    }

    private static boolean needsPreparation(FunctionIndex.Entry entry) {
        return entry.function().versions().stream().anyMatch(v -> v.status().unfinished())
                || entry.snapshots().values().stream()
                        .anyMatch(s -> s.state() == VersionSnapshot.State.PENDING);
    }

    /** Creates and changes functions. */
    public FunctionEdits functionEdits() {
        return edits;
    }

    /** Publishes and deletes. */
    public VersionEdits versionEdits() {
        return versions;
    }

    /** Tags functions. */
    public TagEdits tagEdits() {
        return tags;
    }

    /** Changes resource policies. */
    public PermissionEdits permissionEdits() {
        return permissions;
    }

    /** Changes and finds URLs. */
    public UrlEdits urlEdits() {
        return urls;
    }

    /** Changes code signing configurations. */
    public CodeSigningEdits codeSigningEdits() {
        return signing;
    }

    /** Says what becomes of functions' loops. */
    public ConcurrencyEdits concurrencyEdits() {
        return concurrency;
    }

    /** Says what becomes of functions' loops. */
    public RecursionEdits recursionEdits() {
        return recursion;
    }

    /** Changes aliases. */
    public AliasEdits aliasEdits() {
        return aliases;
    }

    /** Changes and reads layers. */
    public Layers layers() {
        return layers;
    }

    public FunctionSettings settings() {
        return settings;
    }

    /** A function as it is now. */
    public Optional<FunctionRecord> find(FunctionKey key) {
        return index.find(key).map(FunctionIndex.Entry::function);
    }

    /** The functions of an account in a region whose names come after {@code name}, by name. */
    public List<FunctionRecord> listAfter(
            AccountId account, Region region, String name, int limit) {
        if (name.compareTo(FunctionIndex.AFTER_ALL_NAMES) >= 0) {
            return List.of(); // a marker may say anything
        }
        return index
                .of(account, region)
                .tailMap(new FunctionKey(account, region, name), false)
                .values()
                .stream()
                .limit(limit)
                .map(FunctionIndex.Entry::function)
                .toList();
    }

    /** Which version of its runtime each version runs. */
    public RuntimeManagement runtimeManagement() {
        return runtimeManagement;
    }

    /** What an account uses in a region. */
    public Usage usage(AccountId account, Region region) {
        return Usage.of(index, layers.index(), account, region);
    }

    /** What {@link #openZip} finds a function's archive by. */
    public String zipName(FunctionKey key, VersionContent.Code code) {
        return CodeArtifact.zip(key, code).name();
    }

    /**
     * The very bytes that were uploaded.
     *
     * @param name of a function's archive; of a layer's the 64 hex digits of its SHA-256
     * @throws java.nio.file.NoSuchFileException if no version of the account has that code
     */
    public InputStream openZip(AccountId account, String name) throws IOException {
        return shelf.open(
                name.indexOf('-') < 0
                        ? CodeArtifact.layer(account, name)
                        : index.archive(account, name)
                                .orElseThrow(() -> new NoSuchFileException(name)));
    }

    @Override
    public Optional<Resolved> resolve(
            AccountId account, Region region, String name, Optional<String> qualifier) {
        FunctionKey key = new FunctionKey(account, region, name);
        String asked = qualifier.orElse(FunctionVersion.LATEST);
        return index.find(key)
                .flatMap(
                        entry ->
                                Optional.ofNullable(entry.snapshots().get(asked))
                                        .or(() -> viaAlias(entry, asked))
                                        .map(
                                                snapshot ->
                                                        new Resolved(
                                                                snapshot,
                                                                key.arn(asked),
                                                                concurrency(entry.function()),
                                                                entry.function()
                                                                        .traits()
                                                                        .recursiveLoop())));
    }

    private Concurrency concurrency(FunctionRecord function) {
        return function.traits()
                .reservedConcurrency()
                .<Concurrency>map(Concurrency.Reserved::new)
                .orElseGet(
                        () ->
                                new Concurrency.Shared(
                                        index.reserved(
                                                function.key().account(),
                                                function.key().region())));
    }

    private Optional<VersionSnapshot> viaAlias(FunctionIndex.Entry entry, String name) {
        return Optional.ofNullable(entry.function().aliases().get(name))
                .map(
                        alias ->
                                alias.routing()
                                        .filter(route -> chance.getAsDouble() < route.weight())
                                        .map(FunctionAlias.Route::version)
                                        .orElse(alias.version()))
                .flatMap(version -> Optional.ofNullable(entry.snapshots().get(version)));
    }

    @Override
    public List<VersionSnapshot> versions() {
        return index.all().stream().flatMap(entry -> entry.snapshots().values().stream()).toList();
    }

    @Override
    public void onRetired(Consumer<VersionSnapshot> listener) {
        ledger.onRetired(listener);
    }

    @Override
    public void close() {
        preparations.close();
    }
}
