package dev.cloister.s3.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.api.StreamedBody;
import dev.cloister.api.StreamedHandler.Reply;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.S3Errors;
import dev.cloister.s3.StoredChecksum;
import dev.cloister.s3.StoredObjects.Inspection;
import dev.cloister.s3.StoredObjects.NewObject;
import dev.cloister.s3.Upload;
import dev.cloister.s3.Uploads;
import dev.cloister.s3.Uploads.StoredPart;
import dev.cloister.s3.Uploads.WantedPart;
import dev.cloister.s3.WriteCondition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** Multipart uploads from their beginning to their end. */
final class UploadOperations {
    private final Uploads uploads;

    UploadOperations(Uploads uploads) {
        this.uploads = uploads;
    }

    CreateMultipartUploadResponse create(
            CreateMultipartUploadRequest input, RequestContext context) {
        ChecksumAlgorithm algorithm =
                Checksums.named(input.checksumAlgorithmAsString()).orElse(Checksums.DEFAULT);
        StoredChecksum.Kind kind = kind(algorithm, input.checksumTypeAsString());
        Upload upload =
                uploads.create(
                        new NewObject(
                                input.bucket(),
                                input.key(),
                                algorithm,
                                ObjectHeaders.details(input),
                                Tags.ofHeader(input.tagging()),
                                WriteCondition.NONE),
                        kind,
                        Guard.caller(context));
        CreateMultipartUploadResponse.Builder reply =
                CreateMultipartUploadResponse.builder()
                        .bucket(input.bucket())
                        .key(input.key())
                        .uploadId(upload.id())
                        .serverSideEncryption(ServerSideEncryption.AES256);
        if (input.checksumAlgorithm() != null) {
            reply.checksumAlgorithm(algorithm.name()).checksumType(kind.name());
        }
        return reply.build();
    }

    /** "Full object and composite checksum types": CRC-64 has the first only, hashes the second. */
    private static StoredChecksum.Kind kind(ChecksumAlgorithm algorithm, @Nullable String given) {
        if (given == null) {
            return algorithm == ChecksumAlgorithm.CRC64NVME
                    ? StoredChecksum.Kind.FULL_OBJECT
                    : StoredChecksum.Kind.COMPOSITE;
        }
        boolean full = given.equals("FULL_OBJECT");
        if (full ? !algorithm.isCrc() : algorithm == ChecksumAlgorithm.CRC64NVME) {
            throw S3Errors.invalidRequest(
                    "The "
                            + given
                            + " checksum type cannot be used with the "
                            + algorithm.name().toLowerCase(Locale.ROOT)
                            + " checksum algorithm.");
        }
        return full ? StoredChecksum.Kind.FULL_OBJECT : StoredChecksum.Kind.COMPOSITE;
    }

    Reply<UploadPartResponse> part(
            UploadPartRequest input, StreamedBody body, RequestContext context) throws IOException {
        ObjectWrites.requireLength(body);
        Upload upload =
                uploads.require(
                        input.bucket(), input.key(), input.uploadId(), Guard.caller(context));
        Checksums checksums = Checksums.of(input, body.announcedTrailer());
        Optional<ChecksumAlgorithm> given =
                checksums.algorithm().or(() -> Checksums.named(input.checksumAlgorithmAsString()));
        boolean other = given.filter(algorithm -> algorithm != upload.algorithm()).isPresent();
        // SDKs that create an upload without naming an algorithm still send each part with theirs.
        if (other && upload.algorithm() != Checksums.DEFAULT) {
            throw S3Errors.invalidRequest(
                    "Checksum Type mismatch occurred, expected checksum Type: "
                            + upload.algorithm().name().toLowerCase(Locale.ROOT)
                            + ", actual checksum Type: "
                            + given.get().name().toLowerCase(Locale.ROOT));
        }
        Inspection inspection = checksums.inspection(input.contentMD5(), body);
        StoredPart made;
        if (other) {
            DigestedStream digested = new DigestedStream(body.stream(), given.get().digest());
            made =
                    uploads.put(
                            upload,
                            input.partNumber(),
                            Guard.caller(context),
                            digested,
                            (md5, _) -> inspection.inspect(md5, digested.base64()));
        } else {
            made =
                    uploads.put(
                            upload,
                            input.partNumber(),
                            Guard.caller(context),
                            body.stream(),
                            inspection);
        }
        UploadPartResponse.Builder reply =
                UploadPartResponse.builder()
                        .eTag('"' + made.etag() + '"')
                        .serverSideEncryption(ServerSideEncryption.AES256);
        Checksums.show(
                reply,
                new StoredChecksum(
                        upload.algorithm(), made.checksum(), StoredChecksum.Kind.FULL_OBJECT));
        return Reply.of(reply.build());
    }

    CompleteMultipartUploadResponse complete(
            CompleteMultipartUploadRequest input, RequestContext context) {
        if (input.multipartUpload() == null || !input.multipartUpload().hasParts()) {
            throw S3Errors.malformedXml();
        }
        Upload upload =
                uploads.require(
                        input.bucket(), input.key(), input.uploadId(), Guard.caller(context));
        if (input.checksumTypeAsString() != null
                && !input.checksumTypeAsString().equals(upload.kind().name())) {
            throw S3Errors.invalidRequest(
                    "The upload was created using the "
                            + upload.kind()
                            + " checksum mode. The complete request must use the same checksum"
                            + " mode.");
        }
        List<WantedPart> wanted = new ArrayList<>();
        for (CompletedPart part : input.multipartUpload().parts()) {
            if (part.partNumber() == null || part.eTag() == null) {
                throw S3Errors.malformedXml();
            }
            wanted.add(
                    new WantedPart(
                            part.partNumber(),
                            WriteCondition.unquoted(part.eTag()),
                            checksum(part, upload.algorithm())));
        }
        ObjectVersion made =
                uploads.complete(
                        upload,
                        wanted,
                        Checksums.of(input, Optional.empty()).header(),
                        WriteCondition.of(
                                Optional.ofNullable(input.ifMatch()),
                                Optional.ofNullable(input.ifNoneMatch())),
                        Guard.caller(context));
        CompleteMultipartUploadResponse.Builder reply =
                CompleteMultipartUploadResponse.builder()
                        .bucket(input.bucket())
                        .key(input.key())
                        .location(
                                context.endpoint()
                                        + "/"
                                        + input.bucket()
                                        + "/"
                                        + ListOperations.encoding("url").apply(input.key()))
                        .eTag(ObjectReads.quoted(made))
                        .versionId(ObjectReads.shownVersion(made))
                        .serverSideEncryption(ServerSideEncryption.AES256);
        made.details().checksum().ifPresent(checksum -> Checksums.show(reply, checksum));
        return reply.build();
    }

    private static Optional<String> checksum(CompletedPart part, ChecksumAlgorithm algorithm) {
        for (SdkField<?> field : part.sdkFields()) {
            if (field.locationName().equalsIgnoreCase("Checksum" + algorithm.name())) {
                return Optional.ofNullable(field.getValueOrDefault(part)).map(Object::toString);
            }
        }
        return Optional.empty();
    }

    AbortMultipartUploadResponse abort(AbortMultipartUploadRequest input, RequestContext context) {
        uploads.abort(input.bucket(), input.key(), input.uploadId(), Guard.caller(context));
        return AbortMultipartUploadResponse.builder().build();
    }
}
