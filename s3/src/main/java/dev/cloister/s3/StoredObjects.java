package dev.cloister.s3;

import dev.cloister.api.AwsError;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.s3.Bucket.Versioning;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.ContentStore.Written;
import dev.cloister.storage.Database;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Objects and their versions. Thread-safe; a change is durable when its method returns. */
public final class StoredObjects {
    private static final int MOST_LOOKUPS = 5;

    private final Database database;
    private final ContentStore contents;
    private final Buckets buckets;
    private final InstantSource clock;

    StoredObjects(Database database, ContentStore contents, Buckets buckets, InstantSource clock) {
        this.database = database;
        this.contents = contents;
        this.buckets = buckets;
        this.clock = clock;
    }

    /**
     * What to store.
     *
     * @param algorithm of the checksum that is kept
     * @param details without the checksum
     * @param condition checked again in the transaction that makes the object visible
     */
    public record NewObject(
            String bucket,
            String key,
            ChecksumAlgorithm algorithm,
            ObjectDetails details,
            Map<String, String> tags,
            WriteCondition condition) {
        public NewObject {
            ObjectKey.check(key);
            TagRules.check(tags, TagRules.MOST_OF_OBJECT);
        }
    }

    /**
     * Looks at what was received once its end has been reached, and refuses it by throwing.
     *
     * <p>An object is visible only after this has returned.
     */
    @FunctionalInterface
    public interface Inspection {
        /**
         * @param md5 in hexadecimal
         * @param checksum Base64, of the object's algorithm
         */
        void inspect(String md5, String checksum);
    }

    /** Stores an object; atomic: readers see what was there or all of the new one. */
    public ObjectVersion put(
            NewObject object, Caller caller, InputStream content, Inspection inspection)
            throws IOException {
        buckets.require(object.bucket(), caller);
        Written written = contents.write(caller.account(), object.algorithm(), content);
        boolean done = false;
        try {
            inspection.inspect(written.md5(), written.checksum());
            ObjectDetails details =
                    object.details()
                            .with(
                                    new StoredChecksum(
                                            object.algorithm(),
                                            written.checksum(),
                                            StoredChecksum.Kind.FULL_OBJECT),
                                    object.details().partSizes());
            Commit commit =
                    database.write(
                            handle ->
                                    commit(
                                            handle,
                                            object,
                                            caller,
                                            details,
                                            written.md5(),
                                            List.of(written.segment())));
            done = true;
            commit.replaced().forEach(contents::delete);
            return commit.version();
        } finally {
            if (!done) {
                contents.delete(List.of(written.segment()));
            }
        }
    }

    /**
     * @param replaced contents that the commit left without an owner
     */
    record Commit(ObjectVersion version, List<List<Segment>> replaced) {}

    private Commit commit(
            Handle handle,
            NewObject object,
            Caller caller,
            ObjectDetails details,
            String etag,
            List<Segment> segments) {
        return commit(handle, clock, object, caller, details, etag, segments);
    }

    static Commit commit(
            Handle handle,
            InstantSource clock,
            NewObject object,
            Caller caller,
            ObjectDetails details,
            String etag,
            List<Segment> segments) {
        Bucket bucket = Buckets.require(handle, object.bucket(), caller);
        object.condition()
                .check(
                        object.key(),
                        ObjectTable.latest(handle, object.bucket(), object.key())
                                .filter(version -> !version.deleteMarker()));
        List<List<Segment>> replaced = new ArrayList<>();
        String versionId = makePlace(handle, bucket, object.key(), replaced);
        ObjectVersion version =
                new ObjectVersion(
                        ObjectTable.nextId(handle),
                        object.bucket(),
                        object.key(),
                        versionId,
                        true,
                        false,
                        segments.stream().mapToLong(Segment::size).sum(),
                        etag,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        details,
                        object.tags());
        ObjectTable.insert(handle, version, segments);
        return new Commit(version, replaced);
    }

    /** Makes way for a new latest version, and names it. */
    private static String makePlace(
            Handle handle, Bucket bucket, String key, List<List<Segment>> replaced) {
        String name = bucket.name();
        if (bucket.versioning() != Versioning.ENABLED) {
            ObjectTable.version(handle, name, key, ObjectVersion.NULL_VERSION)
                    .ifPresent(old -> replaced.add(ObjectTable.delete(handle, old)));
        }
        ObjectTable.retireLatest(handle, name, key);
        return bucket.versioning() == Versioning.ENABLED
                ? RandomIds.version()
                : ObjectVersion.NULL_VERSION;
    }

    /**
     * The version that a read is for.
     *
     * @throws AwsError if there is none, or what there is says that it was deleted
     */
    public ObjectVersion find(
            String bucket, String key, Optional<String> versionId, Caller caller) {
        buckets.require(bucket, caller);
        return database.read(handle -> find(handle, bucket, key, versionId));
    }

    /** A version that can be read, whoever asks: for decisions about requests on it. */
    public Optional<ObjectVersion> look(String bucket, String key, Optional<String> versionId) {
        return database.read(
                        handle ->
                                versionId.isPresent()
                                        ? ObjectTable.version(handle, bucket, key, versionId.get())
                                        : ObjectTable.latest(handle, bucket, key))
                .filter(version -> !version.deleteMarker());
    }

    private static ObjectVersion find(
            Handle handle, String bucket, String key, Optional<String> versionId) {
        if (versionId.isEmpty()) {
            ObjectVersion latest =
                    ObjectTable.latest(handle, bucket, key)
                            .orElseThrow(() -> S3Errors.noSuchKey(key));
            if (latest.deleteMarker()) {
                throw new AwsError(
                        "NoSuchKey",
                        404,
                        "The specified key does not exist.",
                        Map.of(
                                "Key",
                                key,
                                "x-amz-delete-marker",
                                "true",
                                "x-amz-version-id",
                                latest.versionId()));
            }
            return latest;
        }
        String id = versionId.get();
        ObjectVersion found =
                ObjectTable.version(handle, bucket, key, id)
                        .orElseThrow(() -> S3Errors.noSuchVersion(key, id));
        if (found.deleteMarker()) {
            throw new AwsError(
                    "MethodNotAllowed",
                    405,
                    "The specified method is not allowed against this resource.",
                    Map.of("x-amz-delete-marker", "true", "x-amz-version-id", id));
        }
        return found;
    }

    /**
     * Opens a stretch of a version that {@link #find} gave.
     *
     * @throws NoSuchFileException if it has been replaced meanwhile
     */
    public InputStream open(ObjectVersion version, long from, long length) throws IOException {
        return contents.open(database.read(handle -> segments(handle, version)), from, length);
    }

    private static List<Segment> segments(Handle handle, ObjectVersion version) {
        return ObjectTable.segments(handle, version.id());
    }

    /** Finds and opens in one, however often the object is replaced meanwhile. */
    public <T> T read(
            String bucket,
            String key,
            Optional<String> versionId,
            Caller caller,
            Reading<T> reading)
            throws IOException {
        for (int i = 0; i < MOST_LOOKUPS; i++) {
            ObjectVersion version = find(bucket, key, versionId, caller);
            try {
                return reading.read(version);
            } catch (NoSuchFileException e) {
                // Replaced between the look-up and here: what replaced it is the answer.
            }
        }
        throw new AwsError("SlowDown", 503, "Please reduce your request rate.");
    }

    /** Reads a version; may be called again with another one. */
    @FunctionalInterface
    public interface Reading<T> {
        T read(ObjectVersion version) throws IOException;
    }

    /**
     * What a deletion did.
     *
     * @param versionId the version that was removed, or the marker that was made
     * @param marker whether that version is a delete marker
     */
    public record Deletion(Optional<String> versionId, boolean marker) {}

    /** Removes a version, or puts a delete marker; no error if there is nothing. */
    public Deletion delete(String bucket, String key, Optional<String> versionId, Caller caller) {
        ObjectKey.check(key);
        List<List<Segment>> removed = new ArrayList<>();
        Deletion deletion =
                database.write(
                        handle -> {
                            Bucket of = Buckets.require(handle, bucket, caller);
                            return versionId.isPresent()
                                    ? deleteVersion(handle, of, key, versionId.get(), removed)
                                    : deleteLatest(handle, of, key, removed);
                        });
        removed.forEach(contents::delete);
        return deletion;
    }

    private static Deletion deleteVersion(
            Handle handle,
            Bucket bucket,
            String key,
            String versionId,
            List<List<Segment>> removed) {
        Optional<ObjectVersion> found = ObjectTable.version(handle, bucket.name(), key, versionId);
        if (found.isEmpty()) {
            return new Deletion(Optional.of(versionId), false);
        }
        removed.add(ObjectTable.delete(handle, found.get()));
        if (found.get().latest()) {
            ObjectTable.promote(handle, bucket.name(), key);
        }
        return new Deletion(Optional.of(versionId), found.get().deleteMarker());
    }

    private Deletion deleteLatest(
            Handle handle, Bucket bucket, String key, List<List<Segment>> removed) {
        String versionId = makePlace(handle, bucket, key, removed);
        if (bucket.versioning() == Versioning.OFF) {
            return new Deletion(Optional.empty(), false);
        }
        ObjectTable.insert(
                handle,
                new ObjectVersion(
                        ObjectTable.nextId(handle),
                        bucket.name(),
                        key,
                        versionId,
                        true,
                        true,
                        0,
                        "",
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        new ObjectDetails(Map.of(), Map.of(), Optional.empty(), List.of()),
                        Map.of()),
                List.of());
        return new Deletion(Optional.of(versionId), true);
    }

    /** Where a version stands among those of its key, for a listing that goes on behind it. */
    public Optional<Long> place(String bucket, String key, String versionId) {
        return database.read(
                handle ->
                        ObjectTable.version(handle, bucket, key, versionId).map(ObjectVersion::id));
    }

    /** Replaces the tags of a version; returns it. */
    public ObjectVersion setTags(
            String bucket,
            String key,
            Optional<String> versionId,
            Caller caller,
            Map<String, String> tags) {
        TagRules.check(tags, TagRules.MOST_OF_OBJECT);
        return database.write(
                handle -> {
                    Buckets.require(handle, bucket, caller);
                    ObjectVersion version = find(handle, bucket, key, versionId);
                    ObjectTable.setTags(handle, version.id(), tags);
                    return version;
                });
    }
}
