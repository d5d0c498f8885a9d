package dev.cloister.signer;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.storage.Database;
import dev.cloister.storage.Migration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.json.JsonMapper;

/** Authorities, profiles and jobs in the database. Thread-safe. */
final class SignerStore {
    static final Migration MIGRATION =
            new Migration(
                    "signer",
                    List.of(
                            """
                            CREATE TABLE signer_authority (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                certificate TEXT NOT NULL,
                                sealed_key TEXT NOT NULL,
                                PRIMARY KEY (account, region)
                            );
                            CREATE TABLE signer_profile (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                name TEXT NOT NULL,
                                document TEXT NOT NULL,
                                sealed_key TEXT NOT NULL,
                                PRIMARY KEY (account, region, name)
                            );
                            CREATE TABLE signer_job (
                                id TEXT NOT NULL,
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                profile TEXT NOT NULL,
                                document TEXT NOT NULL,
                                PRIMARY KEY (id)
                            );
                            """,
                            """
                            CREATE INDEX signer_job_account ON signer_job (account, region, id);
                            CREATE TABLE signer_token (
                                account TEXT NOT NULL,
                                region TEXT NOT NULL,
                                token TEXT NOT NULL,
                                job TEXT NOT NULL,
                                PRIMARY KEY (account, region, token)
                            );
                            """));

    private static final String OF_PROFILE =
            " WHERE account = :account AND region = :region AND name = :name";

    private final Database database;
    private final JsonMapper json = JsonMapper.builder().build();

    SignerStore(Database database) {
        this.database = database;
    }

    /** An account's authority in a region. */
    record Authority(AccountId account, Region region, String certificate, String sealedKey) {}

    private record ProfileDocument(
            String version,
            Validity validity,
            Map<String, String> tags,
            String certificate,
            Optional<Instant> canceledAt,
            Optional<SigningProfile.Revocation> revocation) {}

    private record JobDocument(
            String profileVersion,
            Instant signedAt,
            Instant expiresAt,
            String invoker,
            Optional<SigningJob.Revocation> revocation,
            Optional<ObjectWork> work) {
        JobDocument {
            // Jobs that earlier versions stored have none.
            work = Objects.requireNonNullElse(work, Optional.empty());
        }
    }

    List<Authority> authorities() {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT account, region, certificate, sealed_key"
                                                + " FROM signer_authority")
                                .map(
                                        (row, _) ->
                                                new Authority(
                                                        new AccountId(row.getString("account")),
                                                        new Region(row.getString("region")),
                                                        row.getString("certificate"),
                                                        row.getString("sealed_key")))
                                .list());
    }

    List<SigningProfile> profiles() {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT account, region, name, document FROM signer_profile")
                                .reduceRows(
                                        (List<SigningProfile>)
                                                new java.util.ArrayList<SigningProfile>(),
                                        (all, row) -> {
                                            all.add(profile(row));
                                            return all;
                                        }));
    }

    private SigningProfile profile(RowView row) {
        ProfileDocument stored =
                json.readValue(row.getColumn("document", String.class), ProfileDocument.class);
        return new SigningProfile(
                new ProfileKey(
                        new AccountId(row.getColumn("account", String.class)),
                        new Region(row.getColumn("region", String.class)),
                        row.getColumn("name", String.class)),
                stored.version,
                stored.validity,
                stored.tags,
                stored.certificate,
                stored.canceledAt,
                stored.revocation);
    }

    void add(Authority authority) {
        database.update(
                handle ->
                        handle.createUpdate(
                                        "INSERT INTO signer_authority (account, region,"
                                                + " certificate, sealed_key) VALUES (:account,"
                                                + " :region, :certificate, :key)")
                                .bind("account", authority.account.value())
                                .bind("region", authority.region.value())
                                .bind("certificate", authority.certificate)
                                .bind("key", authority.sealedKey)
                                .execute());
    }

    void add(SigningProfile profile, String sealedKey) {
        String document = document(profile);
        database.update(
                handle ->
                        bind(
                                        handle.createUpdate(
                                                "INSERT INTO signer_profile (account, region, name,"
                                                        + " document, sealed_key) VALUES (:account,"
                                                        + " :region, :name, :document, :key)"),
                                        profile.key())
                                .bind("document", document)
                                .bind("key", sealedKey)
                                .execute());
    }

    void update(SigningProfile profile) {
        String document = document(profile);
        database.update(
                handle ->
                        bind(
                                        handle.createUpdate(
                                                "UPDATE signer_profile SET document = :document"
                                                        + OF_PROFILE),
                                        profile.key())
                                .bind("document", document)
                                .execute());
    }

    String sealedKey(ProfileKey key) {
        return database.read(
                handle ->
                        bind(
                                        handle.createQuery(
                                                "SELECT sealed_key FROM signer_profile"
                                                        + OF_PROFILE),
                                        key)
                                .mapTo(String.class)
                                .one());
    }

    Optional<SigningJob> job(UUID id) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT account, region, profile, document FROM signer_job"
                                                + " WHERE id = :id")
                                .bind("id", id.toString())
                                .map(
                                        (row, _) ->
                                                job(
                                                        id,
                                                        new ProfileKey(
                                                                new AccountId(
                                                                        row.getString("account")),
                                                                new Region(row.getString("region")),
                                                                row.getString("profile")),
                                                        row.getString("document")))
                                .findOne());
    }

    private SigningJob job(UUID id, ProfileKey profile, String document) {
        JobDocument stored = json.readValue(document, JobDocument.class);
        return new SigningJob(
                id,
                profile,
                stored.profileVersion,
                stored.signedAt,
                stored.expiresAt,
                stored.invoker,
                stored.revocation,
                stored.work);
    }

    void save(SigningJob job) {
        String document = document(job);
        database.update(handle -> save(handle, job, document));
    }

    private static void save(Handle handle, SigningJob job, String document) {
        bind(
                        handle.createUpdate(
                                "INSERT INTO signer_job (id, account, region, profile, document)"
                                        + " VALUES (:id, :account, :region, :name, :document) ON"
                                        + " CONFLICT (id) DO UPDATE SET document ="
                                        + " excluded.document"),
                        job.profile())
                .bind("id", job.id().toString())
                .bind("document", document)
                .execute();
    }

    /** A new job with its request's token. */
    void begin(SigningJob job, ObjectWork work) {
        String document = document(job);
        database.update(
                handle -> {
                    save(handle, job, document);
                    handle.createUpdate(
                                    "INSERT INTO signer_token (account, region, token, job)"
                                            + " VALUES (:account, :region, :token, :job)")
                            .bind("account", job.profile().account().value())
                            .bind("region", job.profile().region().value())
                            .bind("token", work.token())
                            .bind("job", job.id().toString())
                            .execute();
                });
    }

    private String document(SigningJob job) {
        return json.writeValueAsString(
                new JobDocument(
                        job.profileVersion(),
                        job.signedAt(),
                        job.expiresAt(),
                        job.invoker(),
                        job.revocation(),
                        job.work()));
    }

    /** The job that a request with this token made. */
    Optional<SigningJob> ofToken(AccountId account, Region region, String token) {
        return database.read(
                        handle ->
                                handle.createQuery(
                                                "SELECT job FROM signer_token WHERE account ="
                                                        + " :account AND region = :region AND"
                                                        + " token = :token")
                                        .bind("account", account.value())
                                        .bind("region", region.value())
                                        .bind("token", token)
                                        .mapTo(String.class)
                                        .findOne())
                .flatMap(id -> job(UUID.fromString(id)));
    }

    /** An account's jobs after an id, in the order of their ids. */
    List<SigningJob> jobs(AccountId account, Region region, String after, int most) {
        return database.read(
                handle ->
                        handle.createQuery(
                                        "SELECT id, profile, document FROM signer_job WHERE account"
                                                + " = :account AND region = :region AND id > :after"
                                                + " ORDER BY id LIMIT :most")
                                .bind("account", account.value())
                                .bind("region", region.value())
                                .bind("after", after)
                                .bind("most", most)
                                .map(
                                        (row, _) ->
                                                job(
                                                        UUID.fromString(row.getString("id")),
                                                        new ProfileKey(
                                                                account,
                                                                region,
                                                                row.getString("profile")),
                                                        row.getString("document")))
                                .list());
    }

    private String document(SigningProfile profile) {
        return json.writeValueAsString(
                new ProfileDocument(
                        profile.version(),
                        profile.validity(),
                        profile.tags(),
                        profile.certificate(),
                        profile.canceledAt(),
                        profile.revocation()));
    }

    private static <S extends SqlStatement<S>> S bind(S statement, ProfileKey key) {
        return statement
                .bind("account", key.account().value())
                .bind("region", key.region().value())
                .bind("name", key.name());
    }
}
