package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.s3.Bucket;
import dev.cloister.s3.Bucket.Versioning;
import dev.cloister.s3.Buckets;
import dev.cloister.s3.S3Errors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CreateBucketConfiguration;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketTaggingResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetBucketTaggingResponse;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.PutBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutBucketTaggingResponse;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningResponse;

/** Buckets, their versioning and their tags. */
final class BucketOperations {
    private static final int MOST_LISTED = 10_000;

    private final Buckets buckets;

    BucketOperations(Buckets buckets) {
        this.buckets = buckets;
    }

    CreateBucketResponse create(CreateBucketRequest input, RequestContext context) {
        Map<String, String> tags = Map.of();
        CreateBucketConfiguration configuration = input.createBucketConfiguration();
        if (configuration != null) {
            if (configuration.location() != null || configuration.bucket() != null) {
                throw S3Errors.notImplemented("CreateBucketConfiguration");
            }
            tags = Tags.of(configuration.tags());
        }
        Region region = region(configuration, context);
        buckets.create(input.bucket(), Guard.caller(context), region, tags);
        return CreateBucketResponse.builder().location("/" + input.bucket()).build();
    }

    /** us-east-1 makes buckets anywhere, each other region only its own. */
    private static Region region(
            @Nullable CreateBucketConfiguration configuration, RequestContext context) {
        String given = configuration == null ? null : configuration.locationConstraintAsString();
        boolean global = context.region().value().equals("us-east-1");
        if (given == null || given.isEmpty()) {
            if (!global) {
                throw incompatible("unspecified");
            }
            return context.region();
        }
        Region region;
        try {
            region = Region.ofPartition(given.equals("EU") ? "eu-west-1" : given);
        } catch (IllegalArgumentException e) {
            throw new AwsError(
                    "InvalidLocationConstraint",
                    400,
                    "The specified location-constraint is not valid",
                    Map.of("LocationConstraint", given));
        }
        if (!global && !region.equals(context.region())) {
            throw incompatible(given);
        }
        return region;
    }

    private static AwsError incompatible(String given) {
        return new AwsError(
                "IllegalLocationConstraintException",
                400,
                "The "
                        + given
                        + " location constraint is incompatible for the region specific endpoint"
                        + " this request was sent to.");
    }

    ListBucketsResponse list(ListBucketsRequest input, RequestContext context) {
        Integer given = input.maxBuckets();
        if (given != null && (given < 1 || given > MOST_LISTED)) {
            throw S3Errors.invalidArgument(
                    "max-buckets",
                    given.toString(),
                    "Argument max-buckets must be an integer between 1 and 10000");
        }
        int most = given == null ? MOST_LISTED : given;
        String prefix = input.prefix() == null ? "" : input.prefix();
        String after = Markers.decode("continuation-token", input.continuationToken());
        List<Bucket> found =
                buckets.list(context.account(), after, MOST_LISTED + 1).stream()
                        .filter(bucket -> bucket.name().startsWith(prefix))
                        .filter(
                                bucket ->
                                        input.bucketRegion() == null
                                                || bucket.region()
                                                        .value()
                                                        .equals(input.bucketRegion()))
                        .toList();
        ListBucketsResponse.Builder reply =
                ListBucketsResponse.builder()
                        .owner(Owners.of(context.account()))
                        .buckets(
                                found.stream()
                                        .limit(most)
                                        .map(
                                                bucket ->
                                                        software.amazon.awssdk.services.s3.model
                                                                .Bucket.builder()
                                                                .name(bucket.name())
                                                                .creationDate(bucket.createdAt())
                                                                .bucketRegion(
                                                                        bucket.region().value())
                                                                .build())
                                        .toList());
        if (input.prefix() != null) {
            reply.prefix(prefix);
        }
        if (found.size() > most) {
            reply.continuationToken(Markers.encode(found.get(most - 1).name()));
        }
        return reply.build();
    }

    HeadBucketResponse head(HeadBucketRequest input, RequestContext context) {
        Bucket bucket = buckets.require(input.bucket(), Guard.caller(context));
        return HeadBucketResponse.builder()
                .bucketRegion(bucket.region().value())
                .accessPointAlias(false)
                .build();
    }

    DeleteBucketResponse delete(DeleteBucketRequest input, RequestContext context) {
        buckets.delete(input.bucket(), Guard.caller(context));
        return DeleteBucketResponse.builder().build();
    }

    GetBucketLocationResponse location(GetBucketLocationRequest input, RequestContext context) {
        Bucket bucket = buckets.require(input.bucket(), Guard.caller(context));
        GetBucketLocationResponse.Builder reply = GetBucketLocationResponse.builder();
        if (!bucket.region().value().equals("us-east-1")) {
            reply.locationConstraint(bucket.region().value());
        }
        return reply.build();
    }

    GetBucketVersioningResponse versioning(
            GetBucketVersioningRequest input, RequestContext context) {
        Bucket bucket = buckets.require(input.bucket(), Guard.caller(context));
        GetBucketVersioningResponse.Builder reply = GetBucketVersioningResponse.builder();
        switch (bucket.versioning()) {
            case OFF -> {
                // A bucket that never had it says nothing.
            }
            case ENABLED -> reply.status(BucketVersioningStatus.ENABLED);
            case SUSPENDED -> reply.status(BucketVersioningStatus.SUSPENDED);
        }
        return reply.build();
    }

    PutBucketVersioningResponse putVersioning(
            PutBucketVersioningRequest input, RequestContext context) {
        if (input.versioningConfiguration() == null) {
            throw S3Errors.malformedXml();
        }
        String mfa = input.versioningConfiguration().mfaDeleteAsString();
        if (mfa != null && !mfa.equals("Disabled")) {
            throw S3Errors.notImplemented("MfaDelete");
        }
        Versioning versioning =
                switch (input.versioningConfiguration().statusAsString()) {
                    case "Enabled" -> Versioning.ENABLED;
                    case "Suspended" -> Versioning.SUSPENDED;
                    case null, default ->
                            throw new AwsError(
                                    "IllegalVersioningConfigurationException",
                                    400,
                                    "The Versioning element must be specified");
                };
        buckets.setVersioning(input.bucket(), Guard.caller(context), versioning);
        return PutBucketVersioningResponse.builder().build();
    }

    GetBucketTaggingResponse tagging(GetBucketTaggingRequest input, RequestContext context) {
        Bucket bucket = buckets.require(input.bucket(), Guard.caller(context));
        if (bucket.tags().isEmpty()) {
            throw new AwsError(
                    "NoSuchTagSet",
                    404,
                    "The TagSet does not exist",
                    Map.of("BucketName", bucket.name()));
        }
        return GetBucketTaggingResponse.builder().tagSet(Tags.shown(bucket.tags())).build();
    }

    PutBucketTaggingResponse putTagging(PutBucketTaggingRequest input, RequestContext context) {
        buckets.setTags(input.bucket(), Guard.caller(context), Tags.of(input.tagging()));
        return PutBucketTaggingResponse.builder().build();
    }

    DeleteBucketTaggingResponse deleteTagging(
            DeleteBucketTaggingRequest input, RequestContext context) {
        buckets.setTags(input.bucket(), Guard.caller(context), Map.of());
        return DeleteBucketTaggingResponse.builder().build();
    }
}
