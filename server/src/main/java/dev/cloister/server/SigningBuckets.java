package dev.cloister.server;

import dev.cloister.api.AccountId;
import dev.cloister.api.Authorizer;
import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.s3.Bucket;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.ObjectDetails;
import dev.cloister.s3.ObjectStorage;
import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.StoredObjects.NewObject;
import dev.cloister.s3.WriteCondition;
import dev.cloister.s3.wire.ObjectChecks;
import dev.cloister.signer.SignerErrors;
import dev.cloister.signer.SigningObjects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What signing jobs read and write, with the rights of one request's caller. */
final class SigningBuckets implements SigningObjects {
    private final ObjectStorage storage;
    private final Authorizer authorizer;
    private final RequestContext context;
    private final ObjectChecks checks;

    SigningBuckets(ObjectStorage storage, Authorizer authorizer, RequestContext context) {
        this.storage = storage;
        this.authorizer = authorizer;
        this.context = context;
        this.checks = new ObjectChecks(storage.buckets(), storage.objects());
    }

    @Override
    public byte[] read(String bucket, String key, String version, long most) {
        try {
            authorizer.authorize(
                    "s3", checks.read(bucket, key, Optional.of(version), context), context);
            return storage.objects()
                    .read(
                            bucket,
                            key,
                            Optional.of(version),
                            owner(bucket),
                            found -> read(found, most));
        } catch (AwsError e) {
            throw translated(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] read(ObjectVersion version, long most) throws IOException {
        if (version.size() > most) {
            throw SignerErrors.validation(
                    "The source object must be smaller than " + most + " bytes.");
        }
        try (InputStream in = storage.objects().open(version, 0, version.size())) {
            return in.readAllBytes();
        }
    }

    @Override
    public void write(String bucket, String key, byte[] content) {
        try {
            authorizer.authorize(
                    "s3", checks.put(bucket, key, Map.of(), Map.of(), context), context);
            ObjectVersion made =
                    storage.objects()
                            .put(
                                    new NewObject(
                                            bucket,
                                            key,
                                            ChecksumAlgorithm.CRC64NVME,
                                            new ObjectDetails(
                                                    Map.of("Content-Type", "application/zip"),
                                                    Map.of(),
                                                    Optional.empty(),
                                                    List.of()),
                                            Map.of(),
                                            WriteCondition.NONE),
                                    owner(bucket),
                                    new ByteArrayInputStream(content),
                                    (md5, checksum) -> {});
            assert made.size() == content.length;
        } catch (AwsError e) {
            throw translated(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Caller owner(String bucket) {
        AccountId account =
                storage.buckets().find(bucket).map(Bucket::account).orElse(context.account());
        return new Caller(account, context.region());
    }

    private static AwsError translated(AwsError e) {
        return switch (e.code()) {
            case "AccessDenied", "AccessDeniedException" -> SignerErrors.accessDenied(e.message());
            case "NoSuchBucket", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed" ->
                    SignerErrors.notFound(e.message());
            default -> e.status() < 500 ? SignerErrors.validation(e.message()) : e;
        };
    }
}
