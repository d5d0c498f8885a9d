package dev.cloister.identity.directory;

import dev.cloister.storage.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When and where roles were used last, by the requests of their sessions. Known in memory; stored
 * now and then. Thread-safe.
 */
public final class RoleUses {
    /** How often the last use of one role is stored; AWS tells it no sooner either. */
    private static final Duration STEP = Duration.ofMinutes(5);

    /** Roles remembered; beyond it all are forgotten until they are used again. */
    private static final int MOST_ROLES = 100_000;

    private final Database database;
    private final InstantSource clock;
    private final Map<String, Use> uses = new ConcurrentHashMap<>();

    RoleUses(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        database.read(
                        handle ->
                                handle.select("SELECT role_id, used_at, region FROM iam_role_uses")
                                        .map(
                                                (row, context) ->
                                                        Map.entry(
                                                                row.getString("role_id"),
                                                                new Use(
                                                                        Instant.parse(
                                                                                row.getString(
                                                                                        "used_at")),
                                                                        row.getString("region"))))
                                        .list())
                .forEach(entry -> uses.put(entry.getKey(), entry.getValue()));
    }

    /** A use, to the second. */
    public record Use(Instant at, String region) {}

    /**
     * @param roleId such as {@code AROA…}
     */
    public Optional<Use> of(String roleId) {
        return Optional.ofNullable(uses.get(roleId));
    }

    /** Notes that a session of a role made a request. */
    public void used(String roleId, String region) {
        Instant now = clock.instant();
        Use last = uses.get(roleId);
        if (last != null && last.region.equals(region) && last.at.plus(STEP).isAfter(now)) {
            return;
        }
        Use use = new Use(now.truncatedTo(ChronoUnit.SECONDS), region);
        if (uses.size() >= MOST_ROLES) {
            uses.clear();
        }
        boolean noted =
                last == null
                        ? uses.putIfAbsent(roleId, use) == null
                        : uses.replace(roleId, last, use);
        if (!noted) {
            return; // somebody else notes it at this moment
        }
        database.update(
                handle ->
                        handle.execute(
                                "INSERT INTO iam_role_uses (role_id, used_at, region)"
                                        + " VALUES (?, ?, ?) ON CONFLICT (role_id) DO UPDATE SET"
                                        + " used_at = excluded.used_at, region = excluded.region",
                                roleId,
                                use.at.toString(),
                                region));
    }
}
