package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.identity.directory.Edit.Step;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.storage.Database;
import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/** What the directory keeps, as it is stored: one document for each entity and policy. */
final class DirectoryTables {
    private static final String POLICY = "policy";
    private static final String OIDC_PROVIDER = "oidc-provider";
    private static final String ALIAS = "account-alias";

    private final JsonMapper json = JsonMapper.builder().build();
    private final Database database;

    DirectoryTables(Database database) {
        this.database = database;
    }

    /** A row of the table. */
    record Row(AccountId account, String kind, String document) {}

    List<Row> rows() {
        return database.read(
                handle ->
                        handle.select("SELECT account_id, kind, document FROM iam_entities")
                                .map(
                                        (row, context) ->
                                                new Row(
                                                        new AccountId(row.getString("account_id")),
                                                        row.getString("kind"),
                                                        row.getString("document")))
                                .list());
    }

    Step read(Row row) {
        return switch (row.kind) {
            case POLICY -> new Step.PutPolicy(json.readValue(row.document, ManagedPolicy.class));
            case OIDC_PROVIDER ->
                    new Step.PutItem(json.readValue(row.document, OidcProvider.class));
            case ALIAS -> new Step.PutItem(json.readValue(row.document, AccountAlias.class));
            default -> new Step.PutEntity(json.readValue(row.document, IamEntity.class));
        };
    }

    void write(AccountId account, List<Step> steps) {
        database.update(handle -> steps.forEach(step -> write(handle, account, step)));
    }

    private void write(Handle handle, AccountId account, Step step) {
        switch (step) {
            case Step.PutEntity(IamEntity entity) ->
                    put(
                            handle,
                            account,
                            name(entity.kind()),
                            AccountState.key(entity.name()),
                            json.writeValueAsString(entity));
            case Step.RemoveEntity(IamEntity entity) ->
                    remove(handle, account, name(entity.kind()), AccountState.key(entity.name()));
            case Step.PutPolicy(ManagedPolicy policy) ->
                    put(
                            handle,
                            account,
                            POLICY,
                            AccountState.key(policy.name()),
                            json.writeValueAsString(policy));
            case Step.RemovePolicy(ManagedPolicy policy) ->
                    remove(handle, account, POLICY, AccountState.key(policy.name()));
            case Step.PutItem(AccountItem item) ->
                    put(handle, account, name(item), item.name(), json.writeValueAsString(item));
            case Step.RemoveItem(AccountItem item) ->
                    remove(handle, account, name(item), item.name());
        }
    }

    private static String name(AccountItem item) {
        return switch (item) {
            case OidcProvider provider -> OIDC_PROVIDER;
            case AccountAlias alias -> ALIAS;
        };
    }

    private static String name(Kind kind) {
        return kind.noun();
    }

    private static void put(
            Handle handle, AccountId account, String kind, String key, String document) {
        handle.execute(
                "INSERT INTO iam_entities (account_id, kind, name_key, document) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (account_id, kind, name_key)"
                        + " DO UPDATE SET document = excluded.document",
                account.value(),
                kind,
                key,
                document);
    }

    private static void remove(Handle handle, AccountId account, String kind, String key) {
        handle.execute(
                "DELETE FROM iam_entities WHERE account_id = ? AND kind = ? AND name_key = ?",
                account.value(),
                kind,
                key);
    }
}
