package dev.cloister.s3.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.api.message.Percent;
import dev.cloister.s3.Buckets;
import dev.cloister.s3.Listings;
import dev.cloister.s3.Listings.Page;
import dev.cloister.s3.Listings.Query;
import dev.cloister.s3.ObjectVersion;
import dev.cloister.s3.S3Errors;
import dev.cloister.s3.StoredObjects;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.Owner;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Listings of objects and versions. */
final class ListOperations {
    private static final int MOST = 1_000;

    private final Buckets buckets;
    private final Listings listings;
    private final StoredObjects objects;

    ListOperations(Buckets buckets, Listings listings, StoredObjects objects) {
        this.buckets = buckets;
        this.listings = listings;
        this.objects = objects;
    }

    ListObjectsResponse objects(ListObjectsRequest input, RequestContext context) {
        UnaryOperator<String> shown = encoding(input.encodingTypeAsString());
        Query query =
                query(
                        input.bucket(),
                        context,
                        input.prefix(),
                        input.delimiter(),
                        text(input.marker()),
                        Optional.empty(),
                        input.maxKeys());
        Page page = listings.current(query);
        ListObjectsResponse.Builder reply =
                ListObjectsResponse.builder()
                        .name(input.bucket())
                        .prefix(shown.apply(query.prefix()))
                        .marker(shown.apply(query.after()))
                        .maxKeys(query.most())
                        .isTruncated(page.last().isPresent())
                        .encodingType(input.encodingTypeAsString())
                        .contents(contents(page, shown, Optional.of(Owners.of(context.account()))))
                        .commonPrefixes(prefixes(page, shown));
        if (!query.delimiter().isEmpty()) {
            reply.delimiter(shown.apply(query.delimiter()));
            page.last().ifPresent(last -> reply.nextMarker(shown.apply(last)));
        }
        return reply.build();
    }

    ListObjectsV2Response objectsV2(ListObjectsV2Request input, RequestContext context) {
        UnaryOperator<String> shown = encoding(input.encodingTypeAsString());
        String after =
                input.continuationToken() == null
                        ? text(input.startAfter())
                        : Markers.decode("continuation-token", input.continuationToken());
        Query query =
                query(
                        input.bucket(),
                        context,
                        input.prefix(),
                        input.delimiter(),
                        after,
                        Optional.empty(),
                        input.maxKeys());
        Page page = listings.current(query);
        Optional<Owner> owner =
                Boolean.TRUE.equals(input.fetchOwner())
                        ? Optional.of(Owners.of(context.account()))
                        : Optional.empty();
        ListObjectsV2Response.Builder reply =
                ListObjectsV2Response.builder()
                        .name(input.bucket())
                        .prefix(shown.apply(query.prefix()))
                        .maxKeys(query.most())
                        .keyCount(page.entries().size() + page.prefixes().size())
                        .isTruncated(page.last().isPresent())
                        .encodingType(input.encodingTypeAsString())
                        .continuationToken(input.continuationToken())
                        .contents(contents(page, shown, owner))
                        .commonPrefixes(prefixes(page, shown));
        if (input.startAfter() != null) {
            reply.startAfter(shown.apply(input.startAfter()));
        }
        if (!query.delimiter().isEmpty()) {
            reply.delimiter(shown.apply(query.delimiter()));
        }
        page.last().map(Markers::encode).ifPresent(reply::nextContinuationToken);
        return reply.build();
    }

    ListObjectVersionsResponse versions(ListObjectVersionsRequest input, RequestContext context) {
        UnaryOperator<String> shown = encoding(input.encodingTypeAsString());
        Query query =
                query(
                        input.bucket(),
                        context,
                        input.prefix(),
                        input.delimiter(),
                        text(input.keyMarker()),
                        afterVersion(input),
                        input.maxKeys());
        Page page = listings.versions(query);
        Owner owner = Owners.of(context.account());
        ListObjectVersionsResponse.Builder reply =
                ListObjectVersionsResponse.builder()
                        .name(input.bucket())
                        .prefix(shown.apply(query.prefix()))
                        .keyMarker(shown.apply(query.after()))
                        .versionIdMarker(text(input.versionIdMarker()))
                        .maxKeys(query.most())
                        .isTruncated(page.last().isPresent())
                        .encodingType(input.encodingTypeAsString())
                        .versions(
                                page.entries().stream()
                                        .filter(entry -> !entry.deleteMarker())
                                        .map(entry -> version(entry, shown, owner))
                                        .toList())
                        .deleteMarkers(
                                page.entries().stream()
                                        .filter(ObjectVersion::deleteMarker)
                                        .map(entry -> marker(entry, shown, owner))
                                        .toList())
                        .commonPrefixes(prefixes(page, shown));
        if (!query.delimiter().isEmpty()) {
            reply.delimiter(shown.apply(query.delimiter()));
        }
        page.last().ifPresent(last -> reply.nextKeyMarker(shown.apply(last)));
        page.lastVersion().ifPresent(last -> reply.nextVersionIdMarker(last.versionId()));
        return reply.build();
    }

    private Optional<Long> afterVersion(ListObjectVersionsRequest input) {
        String id = text(input.versionIdMarker());
        if (id.isEmpty()) {
            return Optional.empty();
        }
        String key = text(input.keyMarker());
        if (key.isEmpty()) {
            throw S3Errors.invalidArgument(
                    "version-id-marker",
                    id,
                    "A version-id marker cannot be specified without a key marker.");
        }
        return objects.place(input.bucket(), key, id);
    }

    private Query query(
            String bucket,
            RequestContext context,
            @Nullable String prefix,
            @Nullable String delimiter,
            String after,
            Optional<Long> afterVersion,
            @Nullable Integer most) {
        if (most != null && most < 0) {
            throw S3Errors.invalidArgument(
                    "maxKeys",
                    most.toString(),
                    "Argument maxKeys must be an integer between 0 and 2147483647");
        }
        buckets.require(bucket, Guard.caller(context));
        return new Query(
                bucket,
                text(prefix),
                text(delimiter),
                after,
                afterVersion,
                most == null ? MOST : Math.min(most, MOST));
    }

    static String text(@Nullable String given) {
        return given == null ? "" : given;
    }

    /** The keys' encoding that the client asks for: XML can't carry every character. */
    static UnaryOperator<String> encoding(@Nullable String type) {
        if (type == null) {
            return text -> text;
        }
        if (!type.equals("url")) {
            throw S3Errors.invalidArgument(
                    "encoding-type", type, "Invalid Encoding Method specified in Request");
        }
        return text -> {
            StringBuilder out = new StringBuilder(text.length() + 16);
            String[] segments = text.split("/", -1);
            for (int i = 0; i < segments.length; i++) {
                if (i > 0) {
                    out.append('/');
                }
                Percent.encode(segments[i], out);
            }
            return out.toString();
        };
    }

    private static List<S3Object> contents(
            Page page, UnaryOperator<String> shown, Optional<Owner> owner) {
        return page.entries().stream()
                .map(
                        entry -> {
                            S3Object.Builder object =
                                    S3Object.builder()
                                            .key(shown.apply(entry.key()))
                                            .lastModified(entry.modifiedAt())
                                            .eTag(ObjectReads.quoted(entry))
                                            .size(entry.size())
                                            .storageClass("STANDARD");
                            owner.ifPresent(object::owner);
                            entry.details()
                                    .checksum()
                                    .ifPresent(
                                            sum ->
                                                    object.checksumAlgorithmWithStrings(
                                                                    sum.algorithm().name())
                                                            .checksumType(sum.kind().name()));
                            return object.build();
                        })
                .toList();
    }

    private static software.amazon.awssdk.services.s3.model.ObjectVersion version(
            ObjectVersion entry, UnaryOperator<String> shown, Owner owner) {
        return software.amazon.awssdk.services.s3.model.ObjectVersion.builder()
                .key(shown.apply(entry.key()))
                .versionId(entry.versionId())
                .isLatest(entry.latest())
                .lastModified(entry.modifiedAt())
                .eTag(ObjectReads.quoted(entry))
                .size(entry.size())
                .storageClass("STANDARD")
                .owner(owner)
                .build();
    }

    private static DeleteMarkerEntry marker(
            ObjectVersion entry, UnaryOperator<String> shown, Owner owner) {
        return DeleteMarkerEntry.builder()
                .key(shown.apply(entry.key()))
                .versionId(entry.versionId())
                .isLatest(entry.latest())
                .lastModified(entry.modifiedAt())
                .owner(owner)
                .build();
    }

    private static List<CommonPrefix> prefixes(Page page, UnaryOperator<String> shown) {
        return page.prefixes().stream()
                .map(prefix -> CommonPrefix.builder().prefix(shown.apply(prefix)).build())
                .toList();
    }
}
