package dev.cloister.s3;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.s3.Bucket.Versioning;
import dev.cloister.storage.Database;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/** Buckets and their settings. Thread-safe; a change is durable when its method returns. */
public final class Buckets {
    /** AWS's quota of general purpose buckets in an account. */
    static final int MOST_BUCKETS = 10_000;

    private final Database database;
    private final InstantSource clock;

    Buckets(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Whose request it is, and the region that it was signed for. */
    public record Caller(AccountId account, Region region) {}

    /**
     * Makes a bucket; asking for one's own again in us-east-1 changes nothing, as at AWS.
     *
     * @throws AwsError if the name is not allowed or taken
     */
    public void create(String name, Caller caller, Region region, Map<String, String> tags) {
        BucketName.check(name);
        TagRules.check(tags, TagRules.MOST_OF_BUCKET);
        Bucket bucket =
                new Bucket(
                        name,
                        caller.account(),
                        region,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        Versioning.OFF,
                        tags,
                        Optional.empty(),
                        Optional.of(PublicAccessBlock.ALL));
        database.update(
                handle -> {
                    Optional<Bucket> taken = BucketTable.find(handle, name);
                    if (taken.isPresent()) {
                        refuseTaken(taken.get(), bucket);
                        return;
                    }
                    if (BucketTable.count(handle, caller.account()) >= MOST_BUCKETS) {
                        throw new AwsError(
                                "TooManyBuckets",
                                400,
                                "You have attempted to create more buckets than allowed");
                    }
                    BucketTable.insert(handle, bucket);
                });
    }

    private static void refuseTaken(Bucket taken, Bucket wanted) {
        if (!taken.account().equals(wanted.account())) {
            throw new AwsError(
                    "BucketAlreadyExists",
                    409,
                    "The requested bucket name is not available. The bucket namespace is shared"
                            + " by all users of the system. Please select a different name and try"
                            + " again.",
                    Map.of("BucketName", taken.name()));
        }
        if (!taken.region().equals(wanted.region())
                || !taken.region().value().equals("us-east-1")) {
            throw new AwsError(
                    "BucketAlreadyOwnedByYou",
                    409,
                    "Your previous request to create the named bucket succeeded and you already"
                            + " own it.",
                    Map.of("BucketName", taken.name()));
        }
    }

    /**
     * A bucket for a request on it.
     *
     * @throws AwsError if there is none, it is another account's, or the request was signed for
     *     another region
     */
    public Bucket require(String name, Caller caller) {
        return check(database.read(handle -> BucketTable.find(handle, name)), name, caller);
    }

    static Bucket require(Handle handle, String name, Caller caller) {
        return check(BucketTable.find(handle, name), name, caller);
    }

    private static Bucket check(Optional<Bucket> found, String name, Caller caller) {
        Bucket bucket = found.orElseThrow(() -> S3Errors.noSuchBucket(name));
        if (!bucket.account().equals(caller.account())) {
            throw S3Errors.accessDenied();
        }
        if (!bucket.region().equals(caller.region())) {
            throw new AwsError(
                    "AuthorizationHeaderMalformed",
                    400,
                    "The authorization header is malformed; the region '"
                            + caller.region()
                            + "' is wrong; expecting '"
                            + bucket.region()
                            + "'",
                    Map.of(
                            "Region",
                            bucket.region().value(),
                            "x-amz-bucket-region",
                            bucket.region().value()));
        }
        return bucket;
    }

    /** An account's buckets in order of their names, after one of them. */
    public List<Bucket> list(AccountId account, String after, int most) {
        return database.read(handle -> BucketTable.list(handle, account, after, most));
    }

    /** Removes an empty bucket; its unfinished uploads have to be gone as well. */
    public void delete(String name, Caller caller) {
        database.update(
                handle -> {
                    require(handle, name, caller);
                    if (ObjectTable.any(handle, name) || UploadTable.any(handle, name)) {
                        throw new AwsError(
                                "BucketNotEmpty",
                                409,
                                "The bucket you tried to delete is not empty",
                                Map.of("BucketName", name));
                    }
                    BucketTable.delete(handle, name);
                });
    }

    public void setVersioning(String name, Caller caller, Versioning versioning) {
        change(name, caller, bucket -> bucket.with(versioning));
    }

    public void setTags(String name, Caller caller, Map<String, String> tags) {
        TagRules.check(tags, TagRules.MOST_OF_BUCKET);
        change(name, caller, bucket -> bucket.withTags(tags));
    }

    /**
     * Puts a policy in the place of the one there is.
     *
     * @throws AwsError if it is malformed, or public where that is ruled out
     */
    public void setPolicy(String name, Caller caller, String document, PolicyGrammar grammar) {
        require(name, caller);
        BucketPolicy policy = BucketPolicy.checked(name, document, grammar);
        change(
                name,
                caller,
                bucket -> {
                    if (policy.isPublic()
                            && bucket.publicAccess()
                                    .filter(PublicAccessBlock::blockPolicy)
                                    .isPresent()) {
                        throw S3Errors.publicPolicy(name);
                    }
                    return bucket.withPolicy(Optional.of(document));
                });
    }

    public void deletePolicy(String name, Caller caller) {
        change(name, caller, bucket -> bucket.withPolicy(Optional.empty()));
    }

    /**
     * @param block empty for none, and for the answer that there is none
     */
    public void setPublicAccess(String name, Caller caller, Optional<PublicAccessBlock> block) {
        change(name, caller, bucket -> bucket.withPublicAccess(block));
    }

    /** A bucket whoever asks: for decisions about requests on it. */
    public Optional<Bucket> find(String name) {
        return database.read(handle -> BucketTable.find(handle, name));
    }

    private void change(String name, Caller caller, UnaryOperator<Bucket> change) {
        database.update(
                handle -> BucketTable.update(handle, change.apply(require(handle, name, caller))));
    }
}
