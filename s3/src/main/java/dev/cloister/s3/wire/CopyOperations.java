package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.api.message.ChecksumAlgorithm;
import dev.cloister.s3.Buckets.Caller;
import dev.cloister.s3.ObjectDetails;
import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.S3Errors;
import dev.cloister.s3.StoredChecksum;
import dev.cloister.s3.StoredObjects;
import dev.cloister.s3.StoredObjects.NewObject;
import dev.cloister.s3.Upload;
import dev.cloister.s3.Uploads;
import dev.cloister.s3.Uploads.StoredPart;
import dev.cloister.s3.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/**
 * Copies within the installation; the content is read, verified and encrypted anew.
 *
 * <p>The source's header is deprecated for those who build requests; it is the only form on the
 * wire.
 */
@SuppressWarnings("deprecation")
final class CopyOperations {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,15})-([0-9]{1,15})");

    private final StoredObjects objects;
    private final Uploads uploads;
    private final Guard guard;

    CopyOperations(StoredObjects objects, Uploads uploads, Guard guard) {
        this.objects = objects;
        this.uploads = uploads;
        this.guard = guard;
    }

    /** The source is read as its own bucket's owner. */
    private Caller source(
            CopySource source, @Nullable String expectedOwner, RequestContext context) {
        Caller owner = guard.ownerOf(source.bucket(), context);
        if (expectedOwner != null && !expectedOwner.equals(owner.account().value())) {
            throw S3Errors.accessDenied();
        }
        return owner;
    }

    CopyObjectResponse copy(CopyObjectRequest input, RequestContext context) {
        CopySource source = CopySource.of(input.copySource());
        directive("x-amz-metadata-directive", input.metadataDirectiveAsString());
        directive("x-amz-tagging-directive", input.taggingDirectiveAsString());
        boolean replace = "REPLACE".equals(input.metadataDirectiveAsString());
        if (source.bucket().equals(input.destinationBucket())
                && source.key().equals(input.destinationKey())
                && source.versionId().isEmpty()
                && !replace) {
            throw S3Errors.invalidRequest(
                    "This copy request is illegal because it is trying to copy an object to itself"
                            + " without changing the object's metadata, storage class, website"
                            + " redirect location or encryption attributes.");
        }
        try {
            return objects.read(
                    source.bucket(),
                    source.key(),
                    source.versionId(),
                    source(source, input.expectedSourceBucketOwner(), context),
                    version -> copy(input, context, version, replace));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void directive(String header, @Nullable String given) {
        if (given != null && !given.equals("COPY") && !given.equals("REPLACE")) {
            throw S3Errors.invalidArgument(header, given, "Unknown directive.");
        }
    }

    private CopyObjectResponse copy(
            CopyObjectRequest input, RequestContext context, ObjectVersion source, boolean replace)
            throws IOException {
        require(
                new Preconditions(
                        Optional.ofNullable(input.copySourceIfMatch()),
                        Optional.ofNullable(input.copySourceIfNoneMatch()),
                        Optional.ofNullable(input.copySourceIfModifiedSince()),
                        Optional.ofNullable(input.copySourceIfUnmodifiedSince())),
                source);
        if (source.size() > S3Service.MOST_BYTES) {
            throw S3Errors.invalidRequest(
                    "The specified copy source is larger than the maximum allowable size for a"
                            + " copy source: "
                            + S3Service.MOST_BYTES);
        }
        Map<String, String> tags =
                "REPLACE".equals(input.taggingDirectiveAsString())
                        ? Tags.ofHeader(input.tagging())
                        : source.tags();
        ChecksumAlgorithm algorithm =
                Checksums.named(input.checksumAlgorithmAsString())
                        .or(() -> source.details().checksum().map(StoredChecksum::algorithm))
                        .orElse(Checksums.DEFAULT);
        ObjectDetails of = replace ? ObjectHeaders.details(input) : source.details();
        NewObject object =
                new NewObject(
                        input.destinationBucket(),
                        input.destinationKey(),
                        algorithm,
                        new ObjectDetails(of.headers(), of.metadata(), Optional.empty(), List.of()),
                        tags,
                        WriteCondition.of(
                                Optional.ofNullable(input.ifMatch()),
                                Optional.ofNullable(input.ifNoneMatch())));
        ObjectVersion made;
        try (InputStream content = objects.open(source, 0, source.size())) {
            made = objects.put(object, Guard.caller(context), content, (md5, checksum) -> {});
        }
        CopyObjectResult.Builder result =
                CopyObjectResult.builder()
                        .eTag(ObjectReads.quoted(made))
                        .lastModified(made.modifiedAt());
        made.details().checksum().ifPresent(checksum -> Checksums.show(result, checksum));
        return CopyObjectResponse.builder()
                .copyObjectResult(result.build())
                .copySourceVersionId(ObjectReads.shownVersion(source))
                .versionId(ObjectReads.shownVersion(made))
                .serverSideEncryption(ServerSideEncryption.AES256)
                .build();
    }

    /** A copy has no "unchanged": what a read answers with 304 is a failed condition here. */
    private static void require(Preconditions conditions, ObjectVersion source) {
        if (conditions.isUnchanged(source)) {
            throw S3Errors.preconditionFailed(
                    conditions.noneMatch().isPresent()
                            ? "x-amz-copy-source-If-None-Match"
                            : "x-amz-copy-source-If-Modified-Since");
        }
    }

    UploadPartCopyResponse copyPart(UploadPartCopyRequest input, RequestContext context) {
        CopySource source = CopySource.of(input.copySource());
        Upload upload =
                uploads.require(
                        input.destinationBucket(),
                        input.destinationKey(),
                        input.uploadId(),
                        Guard.caller(context));
        try {
            return objects.read(
                    source.bucket(),
                    source.key(),
                    source.versionId(),
                    source(source, input.expectedSourceBucketOwner(), context),
                    version -> copyPart(input, context, upload, version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private UploadPartCopyResponse copyPart(
            UploadPartCopyRequest input,
            RequestContext context,
            Upload upload,
            ObjectVersion source)
            throws IOException {
        require(
                new Preconditions(
                        Optional.ofNullable(input.copySourceIfMatch()),
                        Optional.ofNullable(input.copySourceIfNoneMatch()),
                        Optional.ofNullable(input.copySourceIfModifiedSince()),
                        Optional.ofNullable(input.copySourceIfUnmodifiedSince())),
                source);
        ByteRange range =
                input.copySourceRange() == null
                        ? new ByteRange(0, source.size())
                        : range(input.copySourceRange(), source.size());
        if (range.length() > S3Service.MOST_BYTES) {
            throw new AwsError(
                    "EntityTooLarge",
                    400,
                    "Your proposed upload exceeds the maximum allowed size",
                    Map.of("MaxSizeAllowed", S3Service.MOST_BYTES));
        }
        StoredPart made;
        try (InputStream content = objects.open(source, range.from(), range.length())) {
            made =
                    uploads.put(
                            upload,
                            input.partNumber(),
                            Guard.caller(context),
                            content,
                            (md5, checksum) -> {});
        }
        CopyPartResult.Builder result =
                CopyPartResult.builder()
                        .eTag('"' + made.etag() + '"')
                        .lastModified(made.modifiedAt());
        Checksums.show(
                result,
                new StoredChecksum(
                        upload.algorithm(), made.checksum(), StoredChecksum.Kind.FULL_OBJECT));
        return UploadPartCopyResponse.builder()
                .copyPartResult(result.build())
                .copySourceVersionId(ObjectReads.shownVersion(source))
                .serverSideEncryption(ServerSideEncryption.AES256)
                .build();
    }

    /** Both ends have to be given, and lie within the source. */
    private static ByteRange range(String header, long size) {
        Matcher matcher = RANGE.matcher(header);
        if (!matcher.matches()) {
            throw S3Errors.invalidArgument(
                    "x-amz-copy-source-range",
                    header,
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where"
                            + " first and last are the zero-based offsets of the first and last"
                            + " bytes to copy");
        }
        long first = Long.parseLong(matcher.group(1));
        long last = Long.parseLong(matcher.group(2));
        if (first > last || last >= size) {
            throw S3Errors.invalidArgument(
                    "x-amz-copy-source-range",
                    header,
                    "Range specified is not valid for source object of size: " + size);
        }
        return new ByteRange(first, last - first + 1);
    }
}
