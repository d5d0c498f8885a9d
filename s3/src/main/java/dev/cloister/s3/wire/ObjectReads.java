package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.api.StreamedBody;
import dev.cloister.api.StreamedHandler.Content;
import dev.cloister.api.StreamedHandler.Reply;
import dev.cloister.s3.ObjectDetails;
import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.StoredObjects;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Reads of objects. */
final class ObjectReads {
    private final StoredObjects objects;

    ObjectReads(StoredObjects objects) {
        this.objects = objects;
    }

    Reply<GetObjectResponse> get(GetObjectRequest input, StreamedBody body, RequestContext context)
            throws IOException {
        return objects.read(
                input.bucket(),
                input.key(),
                Optional.ofNullable(input.versionId()),
                Guard.caller(context),
                version -> get(input, version));
    }

    private Reply<GetObjectResponse> get(GetObjectRequest input, ObjectVersion version)
            throws IOException {
        Preconditions conditions =
                new Preconditions(
                        Optional.ofNullable(input.ifMatch()),
                        Optional.ofNullable(input.ifNoneMatch()),
                        Optional.ofNullable(input.ifModifiedSince()),
                        Optional.ofNullable(input.ifUnmodifiedSince()));
        if (conditions.isUnchanged(version)) {
            return new Reply<>(
                    304,
                    GetObjectResponse.builder()
                            .eTag(quoted(version))
                            .lastModified(version.modifiedAt())
                            .versionId(shownVersion(version))
                            .build(),
                    Optional.empty());
        }
        Stretch stretch = Stretch.of(version, input.range(), input.partNumber());
        GetObjectResponse.Builder reply = GetObjectResponse.builder();
        describe(reply, version, stretch, input.checksumModeAsString());
        overrides(reply, input);
        Content content =
                new Content(
                        objects.open(version, stretch.from(), stretch.length()), stretch.length());
        return new Reply<>(stretch.status(), reply.build(), Optional.of(content));
    }

    // Expires of GetObject is deprecated for its readers; this is the writer's side.
    @SuppressWarnings("deprecation")
    private static void overrides(GetObjectResponse.Builder reply, GetObjectRequest input) {
        Optional.ofNullable(input.responseContentType()).ifPresent(reply::contentType);
        Optional.ofNullable(input.responseCacheControl()).ifPresent(reply::cacheControl);
        Optional.ofNullable(input.responseContentDisposition())
                .ifPresent(reply::contentDisposition);
        Optional.ofNullable(input.responseContentEncoding()).ifPresent(reply::contentEncoding);
        Optional.ofNullable(input.responseContentLanguage()).ifPresent(reply::contentLanguage);
        Optional.ofNullable(input.responseExpires()).ifPresent(reply::expires);
    }

    @SuppressWarnings("deprecation")
    private static void describe(
            GetObjectResponse.Builder reply,
            ObjectVersion version,
            Stretch stretch,
            @Nullable String checksumMode) {
        ObjectDetails details = version.details();
        Map<String, String> headers = details.headers();
        reply.eTag(quoted(version))
                .lastModified(version.modifiedAt())
                .acceptRanges("bytes")
                .contentLength(stretch.length())
                .contentRange(stretch.contentRange().orElse(null))
                .versionId(shownVersion(version))
                .contentType(headers.get("Content-Type"))
                .cacheControl(headers.get("Cache-Control"))
                .contentDisposition(headers.get("Content-Disposition"))
                .contentEncoding(headers.get("Content-Encoding"))
                .contentLanguage(headers.get("Content-Language"))
                .serverSideEncryption(ServerSideEncryption.AES256)
                .metadata(details.metadata());
        if (headers.containsKey("Expires")) {
            reply.expires(Instant.parse(headers.get("Expires")));
        }
        if (!version.tags().isEmpty()) {
            reply.tagCount(version.tags().size());
        }
        stretch.partsCount().ifPresent(reply::partsCount);
        if ("ENABLED".equals(checksumMode) && stretch.contentRange().isEmpty()) {
            details.checksum().ifPresent(checksum -> Checksums.show(reply, checksum));
        }
    }

    Reply<HeadObjectResponse> head(
            HeadObjectRequest input, StreamedBody body, RequestContext context) {
        ObjectVersion version =
                objects.find(
                        input.bucket(),
                        input.key(),
                        Optional.ofNullable(input.versionId()),
                        Guard.caller(context));
        Preconditions conditions =
                new Preconditions(
                        Optional.ofNullable(input.ifMatch()),
                        Optional.ofNullable(input.ifNoneMatch()),
                        Optional.ofNullable(input.ifModifiedSince()),
                        Optional.ofNullable(input.ifUnmodifiedSince()));
        if (conditions.isUnchanged(version)) {
            return new Reply<>(
                    304,
                    HeadObjectResponse.builder()
                            .eTag(quoted(version))
                            .lastModified(version.modifiedAt())
                            .build(),
                    Optional.empty());
        }
        Stretch stretch = Stretch.of(version, input.range(), input.partNumber());
        GetObjectResponse.Builder described = GetObjectResponse.builder();
        describe(described, version, stretch, input.checksumModeAsString());
        return new Reply<>(
                stretch.status(),
                Pojos.copy(described.build(), HeadObjectResponse.builder()).build(),
                Optional.empty());
    }

    GetObjectTaggingResponse tagging(GetObjectTaggingRequest input, RequestContext context) {
        ObjectVersion version =
                objects.find(
                        input.bucket(),
                        input.key(),
                        Optional.ofNullable(input.versionId()),
                        Guard.caller(context));
        return GetObjectTaggingResponse.builder()
                .versionId(shownVersion(version))
                .tagSet(Tags.shown(version.tags()))
                .build();
    }

    static String quoted(ObjectVersion version) {
        return '"' + version.etag() + '"';
    }

    /** An object of a bucket that never had versioning shows no version. */
    static @Nullable String shownVersion(ObjectVersion version) {
        return version.versionId().equals(ObjectVersion.NULL_VERSION) ? null : version.versionId();
    }

    /**
     * What of a version goes out.
     *
     * @param contentRange present if it is not the whole
     */
    private record Stretch(
            long from,
            long length,
            int status,
            Optional<String> contentRange,
            Optional<Integer> partsCount) {

        static Stretch of(
                ObjectVersion version, @Nullable String header, @Nullable Integer partNumber) {
            if (partNumber != null) {
                if (header != null) {
                    throw new AwsError(
                            "InvalidRequest",
                            400,
                            "Cannot specify both Range header and partNumber query parameter");
                }
                return part(version, partNumber);
            }
            Optional<ByteRange> range =
                    header == null ? Optional.empty() : ByteRange.of(header, version.size());
            return range.map(
                            found ->
                                    new Stretch(
                                            found.from(),
                                            found.length(),
                                            206,
                                            Optional.of(found.printed(version.size())),
                                            Optional.empty()))
                    .orElseGet(
                            () ->
                                    new Stretch(
                                            0,
                                            version.size(),
                                            200,
                                            Optional.empty(),
                                            Optional.empty()));
        }

        private static Stretch part(ObjectVersion version, int number) {
            List<Long> sizes = version.details().partSizes();
            int count = Math.max(1, sizes.size());
            if (number < 1 || number > count) {
                throw new AwsError(
                        "InvalidPartNumber",
                        416,
                        "The requested partnumber is not satisfiable",
                        Map.of("PartNumberRequested", number, "ActualPartCount", count));
            }
            if (sizes.isEmpty()) {
                return new Stretch(0, version.size(), 206, Optional.empty(), Optional.empty());
            }
            long from = sizes.subList(0, number - 1).stream().mapToLong(Long::longValue).sum();
            ByteRange range = new ByteRange(from, sizes.get(number - 1));
            return new Stretch(
                    from,
                    range.length(),
                    206,
                    Optional.of(range.printed(version.size())),
                    Optional.of(count));
        }
    }
}
