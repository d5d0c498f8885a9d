package dev.cloister.storage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Brings a database to the steps of the code: applies what is missing, refuses what it can't
 * understand. Each step is one transaction together with its row in {@code schema_steps}.
 */
final class MigrationRunner {
    private final Handle handle;

    MigrationRunner(Handle handle) {
        this.handle = handle;
    }

    void run(List<Migration> migrations) {
        handle.execute(
                "CREATE TABLE IF NOT EXISTS schema_steps (component TEXT NOT NULL,"
                        + " step INTEGER NOT NULL, checksum TEXT NOT NULL,"
                        + " applied_at TEXT NOT NULL, PRIMARY KEY (component, step))");
        Set<String> known = new HashSet<>();
        for (Migration migration : migrations) {
            if (!known.add(migration.component())) {
                throw new IllegalArgumentException(
                        "two migrations name the component " + migration.component());
            }
        }
        refuseUnknown(known);
        migrations.forEach(this::bringUpToDate);
    }

    private void refuseUnknown(Set<String> known) {
        List<String> unknown =
                handle.select("SELECT DISTINCT component FROM schema_steps ORDER BY component")
                        .mapTo(String.class)
                        .filter(component -> !known.contains(component))
                        .list();
        if (!unknown.isEmpty()) {
            throw new DatabaseException(
                    "the database holds tables of "
                            + unknown
                            + " that this version does not know: it was written by a newer"
                            + " version; start that version, or restore a backup made before it");
        }
    }

    private void bringUpToDate(Migration migration) {
        List<String> applied =
                handle.select(
                                "SELECT checksum FROM schema_steps WHERE component = ? ORDER BY"
                                        + " step",
                                migration.component())
                        .mapTo(String.class)
                        .list();
        List<String> steps = migration.steps();
        if (applied.size() > steps.size()) {
            throw new DatabaseException(
                    "the database's tables of %s are at step %d and this version knows %d: it was written by a newer version; start that version, or restore a backup made before it"
                            .formatted(migration.component(), applied.size(), steps.size()));
        }
        for (int i = 0; i < steps.size(); i++) {
            String checksum = checksum(steps.get(i));
            if (i >= applied.size()) {
                apply(migration.component(), i, steps.get(i), checksum);
            } else if (!applied.get(i).equals(checksum)) {
                throw new DatabaseException(
                        "step %d of %s is not the one that was applied to this database: a released step was edited; put it back and add a new step instead"
                                .formatted(i + 1, migration.component()));
            }
        }
    }

    private void apply(String component, int index, String script, String checksum) {
        handle.execute("BEGIN IMMEDIATE");
        try {
            handle.createScript(script).execute();
            handle.execute(
                    "INSERT INTO schema_steps (component, step, checksum, applied_at) VALUES (?,"
                            + " ?, ?, ?)",
                    component,
                    index + 1,
                    checksum,
                    Instant.now().toString());
            handle.execute("COMMIT");
        } catch (RuntimeException e) {
            handle.execute("ROLLBACK");
            throw new DatabaseException(
                    "step %d of %s could not be applied and was rolled back: %s"
                            .formatted(index + 1, component, e.getMessage()),
                    e);
        }
    }

    /** Of the text without regard to white space, so that formatting a step is not an edit. */
    private static String checksum(String script) {
        try {
            byte[] normal = script.strip().replaceAll("\\s+", " ").getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(normal));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
