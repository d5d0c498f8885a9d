package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** Functions in the database. Thread-safe; a method returns when its change is durable. */
final class FunctionStore {
    /** Version numbers outlive their function: a name used again goes on counting. */
    static final Migration MIGRATION =
            new Migration(
                    "functions",
                    List.of(
                            """
                            CREATE TABLE functions_function (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                tags TEXT NOT NULL,
                                PRIMARY KEY (account, region, name)
                            );
                            CREATE TABLE functions_number (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                last_version BIGINT NOT NULL,
                                PRIMARY KEY (account, region, name)
                            );
                            CREATE TABLE functions_version (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                version TEXT NOT NULL,
                                document TEXT NOT NULL,
                                PRIMARY KEY (account, region, name, version)
                            );
                            CREATE TABLE functions_alias (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                alias TEXT NOT NULL,
                                document TEXT NOT NULL,
                                PRIMARY KEY (account, region, name, alias)
                            );
                            """));

    private static final String OF_FUNCTION =
            " WHERE account = :account AND region = :region AND name = :name";

    private final Database database;
    private final Documents documents;

    FunctionStore(Database database, EnvironmentSeal seal) {
        this.database = database;
        this.documents = new Documents(seal);
    }

    /** Every function there is. */
    List<FunctionRecord> loadAll() {
        Map<FunctionKey, FunctionAccess> access = database.read(AccessTables::read);
        Map<FunctionKey, FunctionTraits> traits = database.read(TraitTables::read);
        return assemble(database.read(Rows::read)).stream()
                .map(f -> f.withAccess(access.getOrDefault(f.key(), FunctionAccess.NONE)))
                .map(f -> f.withTraits(traits.getOrDefault(f.key(), FunctionTraits.NONE)))
                .toList();
    }

    /** The highest version number ever given under a name, 0 if none. */
    long lastVersion(FunctionKey key) {
        return database.read(
                handle ->
                        bind(
                                        handle.createQuery(
                                                "SELECT last_version FROM functions_number"
                                                        + OF_FUNCTION),
                                        key)
                                .mapTo(Long.class)
                                .findOne()
                                .orElse(0L));
    }

    /** Makes the stored function as {@code after}; {@code before} is what is stored now. */
    void save(Optional<FunctionRecord> before, FunctionRecord after) {
        List<Write> writes = writes(before, after);
        database.write(
                handle -> {
                    writes.forEach(write -> write.run(handle));
                    return writes.size();
                });
    }

    void delete(FunctionKey key) {
        database.write(
                handle -> {
                    int rows = AccessTables.delete(handle, key) + TraitTables.delete(handle, key);
                    for (String table :
                            List.of("functions_alias", "functions_version", "functions_function")) {
                        rows +=
                                bind(handle.createUpdate("DELETE FROM " + table + OF_FUNCTION), key)
                                        .execute();
                    }
                    return rows;
                });
    }

    /** One statement, with everything that costs time done before the writer runs it. */
    private interface Write {
        void run(Handle handle);
    }

    private List<Write> writes(Optional<FunctionRecord> before, FunctionRecord after) {
        FunctionKey key = after.key();
        List<Write> writes = new ArrayList<>();
        if (before.map(FunctionRecord::tags).filter(after.tags()::equals).isEmpty()) {
            String tags = documents.tags(after.tags());
            writes.add(handle -> upsertFunction(handle, key, tags));
        }
        if (before.map(FunctionRecord::lastVersion)
                .filter(n -> n == after.lastVersion())
                .isEmpty()) {
            writes.add(handle -> upsertNumber(handle, key, after.lastVersion()));
        }
        Map<String, FunctionVersion> oldVersions = new LinkedHashMap<>();
        before.ifPresent(r -> r.versions().forEach(v -> oldVersions.put(v.version(), v)));
        for (FunctionVersion version : after.versions()) {
            if (!version.equals(oldVersions.remove(version.version()))) {
                String document = documents.version(version);
                writes.add(
                        handle -> upsertChild(handle, key, "version", version.version(), document));
            }
        }
        oldVersions.keySet().forEach(gone -> writes.add(h -> deleteChild(h, key, "version", gone)));
        Map<String, FunctionAlias> oldAliases = new TreeMap<>();
        before.ifPresent(r -> oldAliases.putAll(r.aliases()));
        for (FunctionAlias alias : after.aliases().values()) {
            if (!alias.equals(oldAliases.remove(alias.name()))) {
                String document = documents.alias(alias);
                writes.add(handle -> upsertChild(handle, key, "alias", alias.name(), document));
            }
        }
        oldAliases.keySet().forEach(gone -> writes.add(h -> deleteChild(h, key, "alias", gone)));
        AccessTables.writes(before, after).forEach(write -> writes.add(write::accept));
        TraitTables.writes(before, after).forEach(write -> writes.add(write::accept));
        return writes;
    }

    private static void upsertFunction(Handle handle, FunctionKey key, String tags) {
        bind(
                        handle.createUpdate(
                                "INSERT INTO functions_function (account, region, name, tags)"
                                        + " VALUES (:account, :region, :name, :tags)"
                                        + " ON CONFLICT (account, region, name)"
                                        + " DO UPDATE SET tags = excluded.tags"),
                        key)
                .bind("tags", tags)
                .execute();
    }

    private static void upsertNumber(Handle handle, FunctionKey key, long number) {
        bind(
                        handle.createUpdate(
                                "INSERT INTO functions_number (account, region, name, last_version)"
                                        + " VALUES (:account, :region, :name, :number)"
                                        + " ON CONFLICT (account, region, name)"
                                        + " DO UPDATE SET last_version = excluded.last_version"),
                        key)
                .bind("number", number)
                .execute();
    }

    /** The tables of versions and aliases differ only in the name of their key. */
    private static void upsertChild(
            Handle handle, FunctionKey key, String kind, String id, String document) {
        String sql =
                "INSERT INTO functions_KIND (account, region, name, KIND, document)"
                        + " VALUES (:account, :region, :name, :id, :document)"
                        + " ON CONFLICT (account, region, name, KIND)"
                        + " DO UPDATE SET document = excluded.document";
        bind(handle.createUpdate(sql.replace("KIND", kind)), key)
                .bind("id", id)
                .bind("document", document)
                .execute();
    }

    private static void deleteChild(Handle handle, FunctionKey key, String kind, String id) {
        String sql = "DELETE FROM functions_KIND" + OF_FUNCTION + " AND KIND = :id";
        bind(handle.createUpdate(sql.replace("KIND", kind)), key).bind("id", id).execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, FunctionKey key) {
        return statement
                .bind("account", key.account().value())
                .bind("region", key.region().value())
                .bind("name", key.name());
    }

    /** Opening documents may need keys, which may need the database: so rows first. */
    private record Rows(
            List<Row> functions, List<Row> numbers, List<Row> versions, List<Row> aliases) {
        static Rows read(Handle handle) {
            return new Rows(
                    rows(handle, "functions_function", "tags"),
                    rows(handle, "functions_number", "last_version"),
                    rows(handle, "functions_version", "document"),
                    rows(handle, "functions_alias", "document"));
        }
    }

    private List<FunctionRecord> assemble(Rows rows) {
        Map<FunctionKey, Long> numbers = new TreeMap<>();
        rows.numbers.forEach(row -> numbers.put(row.key, Long.valueOf(row.document)));
        Map<FunctionKey, List<FunctionVersion>> versions = new TreeMap<>();
        for (Row row : rows.versions) {
            versions.computeIfAbsent(row.key, _ -> new ArrayList<>())
                    .add(documents.version(row.key, row.document));
        }
        Map<FunctionKey, NavigableMap<String, FunctionAlias>> aliases = new TreeMap<>();
        for (Row row : rows.aliases) {
            FunctionAlias alias = documents.alias(row.document);
            aliases.computeIfAbsent(row.key, _ -> new TreeMap<>()).put(alias.name(), alias);
        }
        return rows.functions.stream()
                .map(
                        row ->
                                assemble(
                                        row.key,
                                        numbers.getOrDefault(row.key, 0L),
                                        documents.tags(row.document),
                                        versions.getOrDefault(row.key, List.of()),
                                        aliases.getOrDefault(row.key, new TreeMap<>())))
                .toList();
    }

    private static FunctionRecord assemble(
            FunctionKey key,
            long number,
            NavigableMap<String, String> tags,
            List<FunctionVersion> versions,
            NavigableMap<String, FunctionAlias> aliases) {
        TreeMap<Long, FunctionVersion> published = new TreeMap<>();
        Optional<FunctionVersion> latest = Optional.empty();
        for (FunctionVersion version : versions) {
            if (version.version().equals(FunctionVersion.LATEST)) {
                latest = Optional.of(version);
            } else {
                published.put(Long.valueOf(version.version()), version);
            }
        }
        return new FunctionRecord(
                key,
                number,
                tags,
                latest.orElseThrow(
                        () -> new IllegalStateException("no $LATEST is stored of " + key.arn())),
                published,
                aliases);
    }

    private record Row(FunctionKey key, String document) {}

    private static List<Row> rows(Handle handle, String table, String column) {
        return handle.createQuery(
                        "SELECT account, region, name, " + column + " AS document FROM " + table)
                .map(
                        (row, _) ->
                                new Row(
                                        new FunctionKey(
                                                new AccountId(row.getString("account")),
                                                new Region(row.getString("region")),
                                                row.getString("name")),
                                        row.getString("document")))
                .list();
    }
}
