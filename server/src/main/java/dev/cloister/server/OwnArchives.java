package dev.cloister.server;

import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.ArchiveSource;
import dev.cloister.s3.Bucket;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.ObjectStorage;
import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.wire.ObjectChecks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Archives in this installation's own buckets, read with the rights of who asks. Thread-safe. */
final class OwnArchives implements ArchiveSource {
    private final ObjectStorage storage;
    private final Authorizer authorizer;
    private final ObjectChecks checks;

    OwnArchives(ObjectStorage storage, Authorizer authorizer) {
        this.storage = storage;
        this.authorizer = authorizer;
        this.checks = new ObjectChecks(storage.buckets(), storage.objects());
    }

    @Override
    public byte[] read(RequestContext context, Location location, long most) {
        try {
            authorizer.authorize(
                    "s3",
                    checks.read(location.bucket(), location.key(), location.version(), context),
                    context);
            return storage.objects()
                    .read(
                            location.bucket(),
                            location.key(),
                            location.version(),
                            new Caller(
                                    storage.buckets()
                                            .find(location.bucket())
                                            .map(Bucket::account)
                                            .orElse(context.account()),
                                    context.region()),
                            version -> read(version, most));
        } catch (AwsError e) {
            throw translated(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(ObjectVersion version, long most) throws IOException {
        if (version.size() > most) {
            throw tooLarge(most);
        }
        try (InputStream in = storage.objects().open(version, 0, version.size())) {
            return in.readAllBytes();
        }
    }

    static AwsError tooLarge(long most) {
        return new AwsError(
                "RequestEntityTooLargeException",
                413,
                "Zipped size must be smaller than " + most + " bytes");
    }

    /** Lambda's own texts end where S3's have a full stop more or less. */
    private static RuntimeException translated(AwsError e) {
        return switch (e.code()) {
            case "NoSuchBucket", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed" ->
                    new UnreadableException(e.code(), e.message());
            case "AccessDenied", "AccessDeniedException" ->
                    new UnreadableException("AccessDenied", "Access Denied");
            case "AuthorizationHeaderMalformed" ->
                    new UnreadableException(
                            "PermanentRedirect",
                            "The bucket is in this region: "
                                    + e.members().get("Region")
                                    + ". Please use this region to retry the request");
            default -> e;
        };
    }
}
