package dev.cloister.s3;

import dev.cloister.api.AwsError;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.ContentStore.Written;
import dev.cloister.s3.StoredObjects.Commit;
import dev.cloister.s3.StoredObjects.Inspection;
import dev.cloister.s3.StoredObjects.NewObject;
import dev.cloister.storage.Database;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Multipart uploads. Thread-safe; a change is durable when its method returns. */
public final class Uploads {
    static final int MOST_PARTS = 10_000;

    /** Every part but the last has at least so many bytes ("multipart upload limits"). */
    static final long LEAST_PART = 5L << 20;

    private static final long MOST_BYTES = 5L << 40;

    private final Database database;
    private final ContentStore contents;
    private final Buckets buckets;
    private final InstantSource clock;

    Uploads(Database database, ContentStore contents, Buckets buckets, InstantSource clock) {
        this.database = database;
        this.contents = contents;
        this.buckets = buckets;
        this.clock = clock;
    }

    /** Begins an upload; nothing of it is visible before it is completed. */
    public Upload create(NewObject object, StoredChecksum.Kind kind, Caller caller) {
        Upload upload =
                new Upload(
                        RandomIds.upload(),
                        object.bucket(),
                        object.key(),
                        clock.instant().truncatedTo(ChronoUnit.SECONDS),
                        object.algorithm(),
                        kind,
                        object.details(),
                        object.tags());
        database.update(
                handle -> {
                    Buckets.require(handle, object.bucket(), caller);
                    UploadTable.insert(handle, upload);
                });
        return upload;
    }

    public Upload require(String bucket, String key, String id, Caller caller) {
        buckets.require(bucket, caller);
        return database.read(handle -> require(handle, bucket, key, id));
    }

    private static Upload require(Handle handle, String bucket, String key, String id) {
        return UploadTable.find(handle, id)
                .filter(found -> found.bucket().equals(bucket) && found.key().equals(key))
                .orElseThrow(() -> S3Errors.noSuchUpload(id));
    }

    /**
     * A part as its uploader learns of it.
     *
     * @param etag without its quotes
     * @param checksum Base64, of the upload's algorithm
     */
    public record StoredPart(
            int number, long size, String etag, String checksum, Instant modifiedAt) {}

    /** Stores a part, in the place of an earlier one of its number. */
    public StoredPart put(
            Upload upload, int number, Caller caller, InputStream content, Inspection inspection)
            throws IOException {
        if (number < 1 || number > MOST_PARTS) {
            throw S3Errors.invalidArgument(
                    "partNumber",
                    Integer.toString(number),
                    "Part number must be an integer between 1 and 10000, inclusive");
        }
        Written written = contents.write(caller.account(), upload.algorithm(), content);
        boolean done = false;
        try {
            inspection.inspect(written.md5(), written.checksum());
            Part part =
                    new Part(
                            number,
                            written.segment(),
                            written.md5(),
                            written.checksum(),
                            clock.instant().truncatedTo(ChronoUnit.SECONDS));
            Optional<Part> replaced =
                    database.write(
                            handle -> {
                                Buckets.require(handle, upload.bucket(), caller);
                                require(handle, upload.bucket(), upload.key(), upload.id());
                                Optional<Part> old = UploadTable.part(handle, upload.id(), number);
                                UploadTable.put(handle, upload.id(), part);
                                return old;
                            });
            done = true;
            replaced.ifPresent(old -> contents.delete(List.of(old.content())));
            return shown(part);
        } finally {
            if (!done) {
                contents.delete(List.of(written.segment()));
            }
        }
    }

    private static StoredPart shown(Part part) {
        return new StoredPart(
                part.number(),
                part.content().size(),
                part.etag(),
                part.checksum(),
                part.modifiedAt());
    }

    /** An upload's parts after a number. */
    public List<StoredPart> parts(Upload upload, int after, int most) {
        return database.read(
                handle ->
                        UploadTable.parts(handle, upload.id(), after, most).stream()
                                .map(Uploads::shown)
                                .toList());
    }

    /** A bucket's uploads behind a key and an upload of it. */
    public List<Upload> list(String bucket, Caller caller, String key, String id, int most) {
        buckets.require(bucket, caller);
        return database.read(handle -> UploadTable.list(handle, bucket, key, id, most));
    }

    /** Drops an upload with its parts. */
    public void abort(String bucket, String key, String id, Caller caller) {
        List<Part> parts =
                database.write(
                        handle -> {
                            Buckets.require(handle, bucket, caller);
                            require(handle, bucket, key, id);
                            List<Part> dropped = UploadTable.parts(handle, id, 0, MOST_PARTS);
                            UploadTable.delete(handle, id);
                            return dropped;
                        });
        parts.forEach(part -> contents.delete(List.of(part.content())));
    }

    /**
     * A part that the completed object is to have.
     *
     * @param etag without its quotes
     * @param checksum Base64, if the client gave one
     */
    public record WantedPart(int number, String etag, Optional<String> checksum) {}

    /**
     * Makes the object of an upload, and an end to the upload.
     *
     * @param wanted in the order of their numbers
     * @param checksum what the client says that the object's is
     */
    public ObjectVersion complete(
            Upload upload,
            List<WantedPart> wanted,
            Optional<String> checksum,
            WriteCondition condition,
            Caller caller) {
        if (wanted.isEmpty()) {
            throw S3Errors.malformedXml();
        }
        List<List<Segment>> garbage = new ArrayList<>();
        Commit commit =
                database.write(
                        handle -> {
                            Buckets.require(handle, upload.bucket(), caller);
                            require(handle, upload.bucket(), upload.key(), upload.id());
                            List<Part> stored =
                                    UploadTable.parts(handle, upload.id(), 0, MOST_PARTS);
                            List<Part> chosen = Completion.choose(wanted, stored);
                            StoredChecksum of = Completion.checksum(upload, chosen);
                            if (checksum.filter(given -> !given.equals(of.value())).isPresent()) {
                                throw S3Errors.badDigest(upload.algorithm().name());
                            }
                            Commit made = commit(handle, upload, chosen, of, condition, caller);
                            UploadTable.delete(handle, upload.id());
                            stored.stream()
                                    .filter(part -> !chosen.contains(part))
                                    .forEach(part -> garbage.add(List.of(part.content())));
                            return made;
                        });
        garbage.addAll(commit.replaced());
        garbage.forEach(contents::delete);
        return commit.version();
    }

    private Commit commit(
            Handle handle,
            Upload upload,
            List<Part> chosen,
            StoredChecksum checksum,
            WriteCondition condition,
            Caller caller) {
        List<Segment> segments = chosen.stream().map(Part::content).toList();
        List<Long> sizes = segments.stream().map(Segment::size).toList();
        if (sizes.stream().mapToLong(Long::longValue).sum() > MOST_BYTES) {
            throw new AwsError(
                    "EntityTooLarge",
                    400,
                    "Your proposed upload exceeds the maximum allowed size",
                    Map.of("MaxSizeAllowed", MOST_BYTES));
        }
        return StoredObjects.commit(
                handle,
                clock,
                new NewObject(
                        upload.bucket(),
                        upload.key(),
                        upload.algorithm(),
                        upload.details(),
                        upload.tags(),
                        condition),
                caller,
                upload.details().with(checksum, sizes),
                Completion.etag(chosen),
                segments);
    }
}
