package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.s3.Buckets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.GetBucketCorsRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLifecycleConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketReplicationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketWebsiteRequest;
import software.amazon.awssdk.services.s3.model.GetObjectLockConfigurationRequest;

/**
 * Settings that no bucket of this version has, because setting them is refused: S3's answers for a
 * bucket without them.
 */
final class AbsentSettings {
    private final Buckets buckets;
    private final S3Service service;

    AbsentSettings(Buckets buckets, S3Service service) {
        this.buckets = buckets;
        this.service = service;
    }

    List<Operation> operations() {
        return List.of(
                this.<GetBucketCorsRequest>row(
                        "GetBucketCors",
                        GetBucketCorsRequest::builder,
                        GetBucketCorsRequest::bucket,
                        "NoSuchCORSConfiguration",
                        "The CORS configuration does not exist"),
                this.<GetBucketWebsiteRequest>row(
                        "GetBucketWebsite",
                        GetBucketWebsiteRequest::builder,
                        GetBucketWebsiteRequest::bucket,
                        "NoSuchWebsiteConfiguration",
                        "The specified bucket does not have a website configuration"),
                this.<GetBucketLifecycleConfigurationRequest>row(
                        "GetBucketLifecycleConfiguration",
                        GetBucketLifecycleConfigurationRequest::builder,
                        GetBucketLifecycleConfigurationRequest::bucket,
                        "NoSuchLifecycleConfiguration",
                        "The lifecycle configuration does not exist"),
                this.<GetBucketReplicationRequest>row(
                        "GetBucketReplication",
                        GetBucketReplicationRequest::builder,
                        GetBucketReplicationRequest::bucket,
                        "ReplicationConfigurationNotFoundError",
                        "The replication configuration was not found"),
                this.<GetObjectLockConfigurationRequest>row(
                        "GetObjectLockConfiguration",
                        GetObjectLockConfigurationRequest::builder,
                        GetObjectLockConfigurationRequest::bucket,
                        "ObjectLockConfigurationNotFoundError",
                        "Object Lock configuration does not exist for this bucket"));
    }

    private <I extends SdkPojo> Operation row(
            String name,
            Supplier<? extends SdkPojo> newInput,
            Function<I, String> bucket,
            String code,
            String message) {
        return service.<I, SdkPojo>row(
                name,
                newInput,
                (input, context) -> refuse(bucket.apply(input), context, code, message));
    }

    private SdkPojo refuse(String bucket, RequestContext context, String code, String message) {
        buckets.require(bucket, Guard.caller(context));
        throw new AwsError(code, 404, message, Map.of("BucketName", bucket));
    }
}
