package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.storage.Migration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.json.JsonMapper;

/** Functions' traits in the database, written in the transactions of their functions. */
final class TraitTables {
    static final Migration MIGRATION =
            new Migration(
                    "function-traits",
                    List.of(
                            """
                            CREATE TABLE function_traits (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                document TEXT NOT NULL,
                                PRIMARY KEY (account, region, name)
                            );
                            """));

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String OF_FUNCTION =
            " WHERE account = :account AND region = :region AND name = :name";

    private TraitTables() {}

    static Map<FunctionKey, FunctionTraits> read(Handle handle) {
        Map<FunctionKey, FunctionTraits> all = new TreeMap<>();
        handle.createQuery("SELECT account, region, name, document FROM function_traits")
                .map(
                        (row, _) ->
                                Map.entry(
                                        new FunctionKey(
                                                new AccountId(row.getString("account")),
                                                new Region(row.getString("region")),
                                                row.getString("name")),
                                        JSON.readValue(
                                                row.getString("document"), FunctionTraits.class)))
                .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
        return all;
    }

    /** The statement that makes the stored row of a function as {@code after} has it, if any. */
    static List<Consumer<Handle>> writes(Optional<FunctionRecord> before, FunctionRecord after) {
        FunctionTraits old = before.map(FunctionRecord::traits).orElse(FunctionTraits.NONE);
        if (old.equals(after.traits())) {
            return List.of();
        }
        String document = JSON.writeValueAsString(after.traits());
        return List.of(
                handle ->
                        bind(
                                        handle.createUpdate(
                                                "INSERT INTO function_traits (account, region,"
                                                        + " name, document) VALUES (:account,"
                                                        + " :region, :name, :document) ON CONFLICT"
                                                        + " (account, region, name) DO UPDATE SET"
                                                        + " document = excluded.document"),
                                        after.key())
                                .bind("document", document)
                                .execute());
    }

    static int delete(Handle handle, FunctionKey key) {
        return bind(handle.createUpdate("DELETE FROM function_traits" + OF_FUNCTION), key)
                .execute();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, FunctionKey key) {
        return statement
                .bind("account", key.account().value())
                .bind("region", key.region().value())
                .bind("name", key.name());
    }
}
