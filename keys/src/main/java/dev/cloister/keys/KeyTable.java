package dev.cloister.keys;

import dev.cloister.storage.Database;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.Migration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The accounts' keys as they are stored: wrapped by the root key. */
final class KeyTable {
    private final Database database;

    KeyTable(Database database) {
        this.database = database;
    }

    static Migration migration() {
        return new Migration(
                "keys",
                List.of(
                        """
                        CREATE TABLE keys (
                          key_id TEXT PRIMARY KEY,
                          account_id TEXT NOT NULL,
                          alias TEXT NOT NULL,
                          root_key_id TEXT NOT NULL,
                          wrapped BLOB NOT NULL,
                          created_at TEXT NOT NULL,
                          UNIQUE (account_id, alias)
                        );
                        """));
    }

    List<Row> all() {
        return database.read(
                handle ->
                        handle.select(
                                        "SELECT key_id, account_id, alias, root_key_id, wrapped"
                                                + " FROM keys")
                                .map(
                                        (row, context) ->
                                                new Row(
                                                        UUID.fromString(row.getString("key_id")),
                                                        new KeyRef(
                                                                row.getString("account_id"),
                                                                row.getString("alias")),
                                                        row.getString("root_key_id"),
                                                        row.getBytes("wrapped")))
                                .list());
    }

    /** Replaces every key's wrapped form in one transaction. */
    void rewrap(List<Row> rows) {
        database.update(
                handle ->
                        rows.forEach(
                                row ->
                                        handle.execute(
                                                "UPDATE keys SET root_key_id = ?, wrapped = ?"
                                                        + " WHERE key_id = ?",
                                                row.rootKeyId(),
                                                row.wrapped(),
                                                row.id().toString())));
    }

    void insert(Row row) {
        database.update(
                handle ->
                        handle.execute(
                                "INSERT INTO keys (key_id, account_id, alias, root_key_id, wrapped,"
                                        + " created_at) VALUES (?, ?, ?, ?, ?, ?)",
                                row.id().toString(),
                                row.name().account(),
                                row.name().alias(),
                                row.rootKeyId(),
                                row.wrapped(),
                                Instant.now().toString()));
    }

    /** A key in the table. */
    static final class Row {
        private final UUID id;
        private final KeyRef name;
        private final String rootKeyId;
        private final byte[] wrapped;

        Row(UUID id, KeyRef name, String rootKeyId, byte[] wrapped) {
            this.id = id;
            this.name = name;
            this.rootKeyId = rootKeyId;
            this.wrapped = wrapped;
        }

        UUID id() {
            return id;
        }

        KeyRef name() {
            return name;
        }

        String rootKeyId() {
            return rootKeyId;
        }

        byte[] wrapped() {
            return wrapped;
        }
    }
}
