package dev.cloister.functions.signing;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.json.JsonMapper;

/** Code signing configurations in the database. Thread-safe. */
final class ConfigStore {
    static final Migration MIGRATION =
            new Migration(
                    "functions-signing",
                    List.of(
                            """
                            CREATE TABLE functions_signing_config (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                id TEXT NOT NULL,
                                document TEXT NOT NULL,
                                PRIMARY KEY (account, region, id)
                            );
                            """));

    private final Database database;
    private final JsonMapper json = JsonMapper.builder().build();

    ConfigStore(Database database) {
        this.database = database;
    }

    private record Document(
            String description,
            List<String> publishers,
            CodeSigningConfig.Policy policy,
            Instant lastModified,
            Map<String, String> tags) {}

    List<CodeSigningConfig> all() {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT account, region, id, document FROM"
                                                + " functions_signing_config")
                                .map(
                                        (row, _) ->
                                                config(
                                                        new ConfigKey(
                                                                new AccountId(
                                                                        row.getString("account")),
                                                                new Region(row.getString("region")),
                                                                row.getString("id")),
                                                        row.getString("document")))
                                .list());
    }

    private CodeSigningConfig config(ConfigKey key, String document) {
        Document stored = json.readValue(document, Document.class);
        return new CodeSigningConfig(
                key,
                stored.description,
                stored.publishers,
                stored.policy,
                stored.lastModified,
                stored.tags);
    }

    void save(CodeSigningConfig config) {
        String document =
                json.writeValueAsString(
                        new Document(
                                config.description(),
                                config.publishers(),
                                config.policy(),
                                config.lastModified(),
                                config.tags()));
        database.update(
                handle ->
                        bind(
                                        handle.createUpdate(
                                                "INSERT INTO functions_signing_config (account,"
                                                        + " region, id, document) VALUES (:account,"
                                                        + " :region, :id, :document) ON CONFLICT"
                                                        + " (account, region, id) DO UPDATE SET"
                                                        + " document = excluded.document"),
                                        config.key())
                                .bind("document", document)
                                .execute());
    }

    void delete(ConfigKey key) {
        database.update(
                handle ->
                        bind(
                                        handle.createUpdate(
                                                "DELETE FROM functions_signing_config WHERE account"
                                                        + " = :account AND region = :region AND id ="
                                                        + " :id"),
                                        key)
                                .execute());
    }

    private static <S extends SqlStatement<S>> S bind(S statement, ConfigKey key) {
        return statement
                .bind("account", key.account().value())
                .bind("region", key.region().value())
                .bind("id", key.id());
    }
}
