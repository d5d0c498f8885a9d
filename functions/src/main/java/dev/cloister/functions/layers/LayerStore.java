package dev.cloister.functions.layers;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.json.JsonMapper;

/** Layers in the database. Thread-safe; a method returns when its change is durable. */
final class LayerStore {
    /** Version numbers outlive their versions: none is given twice. */
    static final Migration MIGRATION =
            new Migration(
                    "layers",
                    List.of(
                            """
                            CREATE TABLE layers_number (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                last_version BIGINT NOT NULL,
                                PRIMARY KEY (account, region, name)
                            );
                            CREATE TABLE layers_version (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                version BIGINT NOT NULL,
                                document TEXT NOT NULL,
                                PRIMARY KEY (account, region, name, version)
                            );
                            """));

    private static final String OF_LAYER =
            " WHERE account = :account AND region = :region AND name = :name";

    private final Database database;
    private final JsonMapper json = JsonMapper.builder().build();

    LayerStore(Database database) {
        this.database = database;
    }

    /** A version's stored form, without what its row's key says. */
    private record Document(
            String description,
            Optional<String> licenseInfo,
            List<String> runtimes,
            List<String> architectures,
            long createdMillis,
            LayerArchive archive,
            Optional<LayerPolicy> policy) {}

    private record Row(LayerKey key, long number, String document) {}

    /** Visits every version there is. */
    void loadAll(BiConsumer<LayerKey, LayerVersion> visitor) {
        List<Row> rows =
                database.read(
                        handle ->
                                handle.createQuery(
                                                "SELECT account, region, name, version, document"
                                                        + " FROM layers_version")
                                        .map(
                                                (row, _) ->
                                                        new Row(
                                                                new LayerKey(
                                                                        new AccountId(
                                                                                row.getString(
                                                                                        "account")),
                                                                        new Region(
                                                                                row.getString(
                                                                                        "region")),
                                                                        row.getString("name")),
                                                                row.getLong("version"),
                                                                row.getString("document")))
                                        .list());
        rows.forEach(row -> visitor.accept(row.key, version(row)));
    }

    /** The highest version number ever given to a layer, 0 if none. */
    long lastVersion(LayerKey key) {
        return database.read(
                handle ->
                        bind(
                                        handle.createQuery(
                                                "SELECT last_version FROM layers_number"
                                                        + OF_LAYER),
                                        key)
                                .mapTo(Long.class)
                                .findOne()
                                .orElse(0L));
    }

    /** Stores a new version and that its number is taken. */
    void publish(LayerKey key, LayerVersion version) {
        String document = document(version);
        database.update(
                handle -> {
                    bind(
                                    handle.createUpdate(
                                            "INSERT INTO layers_number"
                                                    + " (account, region, name, last_version)"
                                                    + " VALUES (:account, :region, :name, :number)"
                                                    + " ON CONFLICT (account, region, name) DO"
                                                    + " UPDATE SET last_version = excluded.last_version"),
                                    key)
                            .bind("number", version.number())
                            .execute();
                    bind(
                                    handle.createUpdate(
                                            "INSERT INTO layers_version"
                                                    + " (account, region, name, version, document)"
                                                    + " VALUES (:account, :region, :name, :number,"
                                                    + " :document)"),
                                    key)
                            .bind("number", version.number())
                            .bind("document", document)
                            .execute();
                });
    }

    /** Replaces a stored version. */
    void replace(LayerKey key, LayerVersion version) {
        String document = document(version);
        database.update(
                handle ->
                        bind(
                                        handle.createUpdate(
                                                "UPDATE layers_version SET document = :document"
                                                        + OF_LAYER
                                                        + " AND version = :number"),
                                        key)
                                .bind("number", version.number())
                                .bind("document", document)
                                .execute());
    }

    void delete(LayerKey key, long version) {
        database.update(
                handle ->
                        bind(
                                        handle.createUpdate(
                                                "DELETE FROM layers_version"
                                                        + OF_LAYER
                                                        + " AND version = :number"),
                                        key)
                                .bind("number", version)
                                .execute());
    }

    private String document(LayerVersion version) {
        return json.writeValueAsString(
                new Document(
                        version.description(),
                        version.licenseInfo(),
                        version.runtimes(),
                        version.architectures(),
                        version.created().toEpochMilli(),
                        version.archive(),
                        version.policy()));
    }

    private LayerVersion version(Row row) {
        Document stored = json.readValue(row.document, Document.class);
        return new LayerVersion(
                row.number,
                stored.description,
                stored.licenseInfo,
                stored.runtimes,
                stored.architectures,
                Instant.ofEpochMilli(stored.createdMillis),
                stored.archive,
                stored.policy);
    }

    private static <S extends SqlStatement<S>> S bind(S statement, LayerKey key) {
        return statement
                .bind("account", key.account().value())
                .bind("region", key.region().value())
                .bind("name", key.name());
    }
}
