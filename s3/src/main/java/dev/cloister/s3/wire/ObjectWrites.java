package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.api.StreamedBody;
import dev.cloister.api.StreamedHandler.Reply;
import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.S3Errors;
import dev.cloister.s3.StoredObjects;
import dev.cloister.s3.StoredObjects.Deletion;
import dev.cloister.s3.StoredObjects.NewObject;
import dev.cloister.s3.WriteCondition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Puts and deletions of objects, and their tags. */
final class ObjectWrites {
    private static final int MOST_DELETED = 1_000;

    private final StoredObjects objects;

    ObjectWrites(StoredObjects objects) {
        this.objects = objects;
    }

    Reply<PutObjectResponse> put(PutObjectRequest input, StreamedBody body, RequestContext context)
            throws IOException {
        requireLength(body);
        Checksums checksums = Checksums.of(input, body.announcedTrailer());
        NewObject object =
                new NewObject(
                        input.bucket(),
                        input.key(),
                        checksums
                                .algorithm()
                                .or(() -> Checksums.named(input.checksumAlgorithmAsString()))
                                .orElse(Checksums.DEFAULT),
                        ObjectHeaders.details(input),
                        Tags.ofHeader(input.tagging()),
                        WriteCondition.of(
                                Optional.ofNullable(input.ifMatch()),
                                Optional.ofNullable(input.ifNoneMatch())));
        ObjectVersion made =
                objects.put(
                        object,
                        Guard.caller(context),
                        body.stream(),
                        checksums.inspection(input.contentMD5(), body));
        PutObjectResponse.Builder reply =
                PutObjectResponse.builder()
                        .eTag(ObjectReads.quoted(made))
                        .versionId(ObjectReads.shownVersion(made))
                        .serverSideEncryption(ServerSideEncryption.AES256);
        made.details().checksum().ifPresent(checksum -> Checksums.show(reply, checksum));
        return Reply.of(reply.build());
    }

    static void requireLength(StreamedBody body) {
        if (body.length().isEmpty()) {
            throw new AwsError(
                    "MissingContentLength",
                    411,
                    "You must provide the Content-Length HTTP header.");
        }
    }

    DeleteObjectResponse delete(DeleteObjectRequest input, RequestContext context) {
        if (input.ifMatch() != null) {
            throw S3Errors.notImplemented("If-Match");
        }
        Deletion deletion =
                objects.delete(
                        input.bucket(),
                        input.key(),
                        Optional.ofNullable(input.versionId()),
                        Guard.caller(context));
        DeleteObjectResponse.Builder reply = DeleteObjectResponse.builder();
        deletion.versionId().ifPresent(reply::versionId);
        if (deletion.marker()) {
            reply.deleteMarker(true);
        }
        return reply.build();
    }

    /** Refuses to let a version of a key be deleted, by throwing. */
    @FunctionalInterface
    interface Permission {
        void check(String key, Optional<String> versionId);
    }

    DeleteObjectsResponse deleteMany(
            DeleteObjectsRequest input, RequestContext context, Permission permission) {
        if (input.delete() == null
                || input.delete().objects().isEmpty()
                || input.delete().objects().size() > MOST_DELETED) {
            throw S3Errors.malformedXml();
        }
        boolean quiet = Boolean.TRUE.equals(input.delete().quiet());
        List<DeletedObject> deleted = new ArrayList<>();
        List<S3Error> errors = new ArrayList<>();
        for (ObjectIdentifier object : input.delete().objects()) {
            if (object.eTag() != null
                    || object.lastModifiedTime() != null
                    || object.size() != null) {
                throw S3Errors.notImplemented("Conditional deletion");
            }
            Optional<String> versionId = Optional.ofNullable(object.versionId());
            try {
                permission.check(object.key(), versionId);
                Deletion deletion =
                        objects.delete(
                                input.bucket(), object.key(), versionId, Guard.caller(context));
                if (!quiet) {
                    deleted.add(shown(object, versionId, deletion));
                }
            } catch (AwsError e) {
                if (e.code().equals("NoSuchBucket")) {
                    throw e;
                }
                boolean denied = e.code().startsWith("AccessDenied");
                errors.add(
                        S3Error.builder()
                                .key(object.key())
                                .versionId(object.versionId())
                                .code(denied ? "AccessDenied" : e.code())
                                .message(e.message())
                                .build());
            }
        }
        return DeleteObjectsResponse.builder().deleted(deleted).errors(errors).build();
    }

    private static DeletedObject shown(
            ObjectIdentifier object, Optional<String> versionId, Deletion deletion) {
        DeletedObject.Builder shown =
                DeletedObject.builder().key(object.key()).versionId(object.versionId());
        if (deletion.marker()) {
            shown.deleteMarker(true);
            deletion.versionId().ifPresent(shown::deleteMarkerVersionId);
        }
        return versionId.isPresent() && !deletion.marker()
                ? shown.versionId(versionId.get()).build()
                : shown.build();
    }

    PutObjectTaggingResponse putTagging(PutObjectTaggingRequest input, RequestContext context) {
        ObjectVersion version =
                objects.setTags(
                        input.bucket(),
                        input.key(),
                        Optional.ofNullable(input.versionId()),
                        Guard.caller(context),
                        Tags.of(input.tagging()));
        return PutObjectTaggingResponse.builder()
                .versionId(ObjectReads.shownVersion(version))
                .build();
    }

    DeleteObjectTaggingResponse deleteTagging(
            DeleteObjectTaggingRequest input, RequestContext context) {
        ObjectVersion version =
                objects.setTags(
                        input.bucket(),
                        input.key(),
                        Optional.ofNullable(input.versionId()),
                        Guard.caller(context),
                        Map.of());
        return DeleteObjectTaggingResponse.builder()
                .versionId(ObjectReads.shownVersion(version))
                .build();
    }
}
