package dev.cloister.s3.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.s3.S3Errors;
import dev.cloister.s3.StoredChecksum;
import dev.cloister.s3.Upload;
import dev.cloister.s3.Uploads;
import dev.cloister.s3.Uploads.StoredPart;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.Initiator;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/** Listings of uploads under way and of their parts. */
final class UploadListings {
    private static final int MOST = 1_000;

    private final Uploads uploads;

    UploadListings(Uploads uploads) {
        this.uploads = uploads;
    }

    ListPartsResponse parts(ListPartsRequest input, RequestContext context) {
        int most = most("max-parts", input.maxParts());
        int after = input.partNumberMarker() == null ? 0 : input.partNumberMarker();
        if (after < 0) {
            throw S3Errors.invalidArgument(
                    "part-number-marker",
                    Integer.toString(after),
                    "Argument part-number-marker must be an integer between 0 and 2147483647");
        }
        Upload upload =
                uploads.require(
                        input.bucket(), input.key(), input.uploadId(), Guard.caller(context));
        List<StoredPart> found = uploads.parts(upload, after, most + 1);
        List<StoredPart> page = found.subList(0, Math.min(most, found.size()));
        return ListPartsResponse.builder()
                .bucket(input.bucket())
                .key(input.key())
                .uploadId(upload.id())
                .partNumberMarker(after)
                .nextPartNumberMarker(page.isEmpty() ? after : page.getLast().number())
                .maxParts(most)
                .isTruncated(found.size() > most)
                .storageClass("STANDARD")
                .owner(Owners.of(context.account()))
                .initiator(initiator(context))
                .checksumAlgorithm(upload.algorithm().name())
                .checksumType(upload.kind().name())
                .parts(page.stream().map(part -> shown(upload, part)).toList())
                .build();
    }

    private static Part shown(Upload upload, StoredPart part) {
        Part.Builder shown =
                Part.builder()
                        .partNumber(part.number())
                        .eTag('"' + part.etag() + '"')
                        .size(part.size())
                        .lastModified(part.modifiedAt());
        Checksums.show(
                shown,
                new StoredChecksum(
                        upload.algorithm(), part.checksum(), StoredChecksum.Kind.FULL_OBJECT));
        return shown.build();
    }

    private static Initiator initiator(RequestContext context) {
        return Initiator.builder().id(Owners.canonicalId(context.account())).build();
    }

    private static int most(String argument, @Nullable Integer given) {
        if (given != null && given < 0) {
            throw S3Errors.invalidArgument(
                    argument,
                    given.toString(),
                    "Argument " + argument + " must be an integer between 0 and 2147483647");
        }
        return given == null ? MOST : Math.min(given, MOST);
    }

    ListMultipartUploadsResponse uploads(
            ListMultipartUploadsRequest input, RequestContext context) {
        UnaryOperator<String> shown = ListOperations.encoding(input.encodingTypeAsString());
        int most = most("max-uploads", input.maxUploads());
        Group group =
                new Group(
                        ListOperations.text(input.prefix()),
                        ListOperations.text(input.delimiter()),
                        most);
        String key = ListOperations.text(input.keyMarker());
        String id = key.isEmpty() || input.uploadIdMarker() == null ? "~" : input.uploadIdMarker();
        boolean more = true;
        while (more && !group.truncated) {
            List<Upload> batch = uploads.list(input.bucket(), Guard.caller(context), key, id, MOST);
            batch.forEach(group::take);
            more = batch.size() == MOST;
            if (more) {
                key = batch.getLast().key();
                id = batch.getLast().id();
            }
        }
        ListMultipartUploadsResponse.Builder reply =
                ListMultipartUploadsResponse.builder()
                        .bucket(input.bucket())
                        .keyMarker(shown.apply(ListOperations.text(input.keyMarker())))
                        .uploadIdMarker(ListOperations.text(input.uploadIdMarker()))
                        .prefix(shown.apply(group.prefix))
                        .maxUploads(most)
                        .isTruncated(group.truncated)
                        .encodingType(input.encodingTypeAsString())
                        .uploads(
                                group.uploads.stream()
                                        .map(upload -> shown(upload, shown, context))
                                        .toList())
                        .commonPrefixes(
                                group.prefixes.stream()
                                        .map(
                                                prefix ->
                                                        CommonPrefix.builder()
                                                                .prefix(shown.apply(prefix))
                                                                .build())
                                        .toList());
        if (!group.delimiter.isEmpty()) {
            reply.delimiter(shown.apply(group.delimiter));
        }
        if (group.truncated) {
            reply.nextKeyMarker(shown.apply(group.lastKey)).nextUploadIdMarker(group.lastId);
        }
        return reply.build();
    }

    private static MultipartUpload shown(
            Upload upload, UnaryOperator<String> shown, RequestContext context) {
        return MultipartUpload.builder()
                .key(shown.apply(upload.key()))
                .uploadId(upload.id())
                .initiated(upload.startedAt())
                .storageClass("STANDARD")
                .owner(Owners.of(context.account()))
                .initiator(initiator(context))
                .checksumAlgorithm(upload.algorithm().name())
                .checksumType(upload.kind().name())
                .build();
    }

    /** Collects a page. */
    private static final class Group {
        private final String prefix;
        private final String delimiter;
        private final int most;
        private final List<Upload> uploads = new ArrayList<>();
        private final Set<String> prefixes = new LinkedHashSet<>();
        private String lastKey = "";
        private String lastId = "";
        private boolean truncated;

        Group(String prefix, String delimiter, int most) {
            this.prefix = prefix;
            this.delimiter = delimiter;
            this.most = most;
        }

        void take(Upload upload) {
            if (truncated || !upload.key().startsWith(prefix)) {
                return;
            }
            int at = delimiter.isEmpty() ? -1 : upload.key().indexOf(delimiter, prefix.length());
            String common = at < 0 ? "" : upload.key().substring(0, at + delimiter.length());
            if (uploads.size() + prefixes.size() >= most && !prefixes.contains(common)) {
                truncated = most > 0;
                return;
            }
            if (common.isEmpty()) {
                uploads.add(upload);
            } else {
                prefixes.add(common);
            }
            lastKey = upload.key();
            lastId = upload.id();
        }
    }
}
