package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.functions.permissions.ResourcePolicy;
import dev.cloister.functions.urls.Cors;
import dev.cloister.functions.urls.FunctionUrl;
import dev.cloister.storage.Migration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.json.JsonMapper;

/** Policies and URLs in the database, written in the transactions of their functions. */
final class AccessTables {
    static final Migration MIGRATION =
            new Migration(
                    "function-access",
                    List.of(
                            """
                            CREATE TABLE function_access_policy (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                qualifier TEXT NOT NULL,
                                document TEXT NOT NULL,
                                PRIMARY KEY (account, region, name, qualifier)
                            );
                            CREATE TABLE function_access_url (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                qualifier TEXT NOT NULL,
                                document TEXT NOT NULL,
                                PRIMARY KEY (account, region, name, qualifier)
                            );
                            """));

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String POLICY = "function_access_policy";
    private static final String URL = "function_access_url";
    private static final String OF_FUNCTION =
            " WHERE account = :account AND region = :region AND name = :name";

    private AccessTables() {}

    /** A URL as it is stored. */
    private record StoredUrl(
            String id, String authType, Optional<Cors> cors, long created, long modified) {}

    /** The statements that make the stored rows of a function as {@code after} has them. */
    static List<Consumer<Handle>> writes(Optional<FunctionRecord> before, FunctionRecord after) {
        FunctionAccess old = before.map(FunctionRecord::access).orElse(FunctionAccess.NONE);
        FunctionAccess now = after.access();
        List<Consumer<Handle>> writes = new ArrayList<>();
        writes.addAll(
                changes(
                        POLICY,
                        after.key(),
                        old.policies(),
                        now.policies(),
                        ResourcePolicy::document));
        writes.addAll(changes(URL, after.key(), old.urls(), now.urls(), AccessTables::document));
        return writes;
    }

    private static <T> List<Consumer<Handle>> changes(
            String table,
            FunctionKey key,
            Map<String, T> before,
            Map<String, T> after,
            Function<T, String> document) {
        List<Consumer<Handle>> writes = new ArrayList<>();
        after.forEach(
                (qualifier, value) -> {
                    if (!value.equals(before.get(qualifier))) {
                        String text = document.apply(value);
                        writes.add(handle -> upsert(handle, table, key, qualifier, text));
                    }
                });
        for (String qualifier : before.keySet()) {
            if (!after.containsKey(qualifier)) {
                writes.add(handle -> remove(handle, table, key, qualifier));
            }
        }
        return writes;
    }

    private static void upsert(
            Handle handle, String table, FunctionKey key, String qualifier, String document) {
        bind(
                        handle.createUpdate(
                                "INSERT INTO "
                                        + table
                                        + " (account, region, name, qualifier, document)"
                                        + " VALUES (:account, :region, :name, :qualifier,"
                                        + " :document)"
                                        + " ON CONFLICT (account, region, name, qualifier)"
                                        + " DO UPDATE SET document = excluded.document"),
                        key)
                .bind("qualifier", qualifier)
                .bind("document", document)
                .execute();
    }

    private static void remove(Handle handle, String table, FunctionKey key, String qualifier) {
        bind(
                        handle.createUpdate(
                                "DELETE FROM "
                                        + table
                                        + OF_FUNCTION
                                        + " AND qualifier = :qualifier"),
                        key)
                .bind("qualifier", qualifier)
                .execute();
    }

    /** Removes all of a function's rows; returns how many. */
    static int delete(Handle handle, FunctionKey key) {
        int rows = 0;
        for (String table : List.of(POLICY, URL)) {
            rows += bind(handle.createUpdate("DELETE FROM " + table + OF_FUNCTION), key).execute();
        }
        return rows;
    }

    /** What is stored, by function. */
    static Map<FunctionKey, FunctionAccess> read(Handle handle) {
        Map<FunctionKey, FunctionAccess> all = new HashMap<>();
        Map<FunctionKey, NavigableMap<String, ResourcePolicy>> policies =
                read(handle, POLICY, ResourcePolicy::parse);
        Map<FunctionKey, NavigableMap<String, FunctionUrl>> urls =
                read(handle, URL, AccessTables::parse);
        policies.forEach(
                (key, found) ->
                        all.put(
                                key,
                                new FunctionAccess(
                                        found, urls.getOrDefault(key, new TreeMap<>()))));
        urls.forEach(
                (key, found) -> all.putIfAbsent(key, new FunctionAccess(new TreeMap<>(), found)));
        return all;
    }

    private static <T> Map<FunctionKey, NavigableMap<String, T>> read(
            Handle handle, String table, Function<String, T> parse) {
        Map<FunctionKey, NavigableMap<String, T>> all = new HashMap<>();
        handle.createQuery("SELECT account, region, name, qualifier, document FROM " + table)
                .map(
                        (row, _) -> {
                            FunctionKey key =
                                    new FunctionKey(
                                            new AccountId(row.getString("account")),
                                            new Region(row.getString("region")),
                                            row.getString("name"));
                            all.computeIfAbsent(key, _ -> new TreeMap<>())
                                    .put(
                                            row.getString("qualifier"),
                                            parse.apply(row.getString("document")));
                            return key;
                        })
                .list();
        return all;
    }

    private static String document(FunctionUrl url) {
        return JSON.writeValueAsString(
                new StoredUrl(
                        url.id(),
                        url.authType().name(),
                        url.cors(),
                        url.created().toEpochMilli(),
                        url.modified().toEpochMilli()));
    }

    private static FunctionUrl parse(String document) {
        StoredUrl stored = JSON.readValue(document, StoredUrl.class);
        return new FunctionUrl(
                stored.id,
                FunctionUrl.AuthType.valueOf(stored.authType),
                stored.cors,
                Instant.ofEpochMilli(stored.created),
                Instant.ofEpochMilli(stored.modified));
    }

    private static <S extends SqlStatement<S>> S bind(S statement, FunctionKey key) {
        return statement
                .bind("account", key.account().value())
                .bind("region", key.region().value())
                .bind("name", key.name());
    }
}
