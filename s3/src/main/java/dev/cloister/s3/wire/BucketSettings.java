package dev.cloister.s3.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.s3.Buckets;
import dev.cloister.s3.StoredObjects;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.GetBucketAccelerateConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAccelerateConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketAclRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAclResponse;
import software.amazon.awssdk.services.s3.model.GetBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.GetBucketEncryptionResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLoggingRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLoggingResponse;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketOwnershipControlsRequest;
import software.amazon.awssdk.services.s3.model.GetBucketOwnershipControlsResponse;
import software.amazon.awssdk.services.s3.model.GetBucketRequestPaymentRequest;
import software.amazon.awssdk.services.s3.model.GetBucketRequestPaymentResponse;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclResponse;
import software.amazon.awssdk.services.s3.model.Grant;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.OwnershipControlsRule;
import software.amazon.awssdk.services.s3.model.Payer;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;
import software.amazon.awssdk.services.s3.model.Type;

/**
 * What can be asked of a bucket and can't be changed in this version: the answers are those of a
 * bucket as AWS makes it, and true of this one: its objects are encrypted and belong to its owner.
 */
final class BucketSettings {
    private final Buckets buckets;
    private final StoredObjects objects;

    BucketSettings(Buckets buckets, StoredObjects objects) {
        this.buckets = buckets;
        this.objects = objects;
    }

    GetBucketAclResponse acl(GetBucketAclRequest input, RequestContext context) {
        buckets.require(input.bucket(), Guard.caller(context));
        return GetBucketAclResponse.builder()
                .owner(Owners.of(context.account()))
                .grants(ownersGrant(context))
                .build();
    }

    GetObjectAclResponse objectAcl(GetObjectAclRequest input, RequestContext context) {
        objects.find(
                input.bucket(),
                input.key(),
                Optional.ofNullable(input.versionId()),
                Guard.caller(context));
        return GetObjectAclResponse.builder()
                .owner(Owners.of(context.account()))
                .grants(ownersGrant(context))
                .build();
    }

    private static Grant ownersGrant(RequestContext context) {
        return Grant.builder()
                .grantee(
                        grantee ->
                                grantee.type(Type.CANONICAL_USER)
                                        .id(Owners.canonicalId(context.account())))
                .permission(Permission.FULL_CONTROL)
                .build();
    }

    GetBucketEncryptionResponse encryption(
            GetBucketEncryptionRequest input, RequestContext context) {
        buckets.require(input.bucket(), Guard.caller(context));
        return GetBucketEncryptionResponse.builder()
                .serverSideEncryptionConfiguration(
                        configuration ->
                                configuration.rules(
                                        ServerSideEncryptionRule.builder()
                                                .bucketKeyEnabled(false)
                                                .applyServerSideEncryptionByDefault(
                                                        by ->
                                                                by.sseAlgorithm(
                                                                        ServerSideEncryption
                                                                                .AES256))
                                                .build()))
                .build();
    }

    GetBucketOwnershipControlsResponse ownership(
            GetBucketOwnershipControlsRequest input, RequestContext context) {
        buckets.require(input.bucket(), Guard.caller(context));
        return GetBucketOwnershipControlsResponse.builder()
                .ownershipControls(
                        controls ->
                                controls.rules(
                                        OwnershipControlsRule.builder()
                                                .objectOwnership(
                                                        ObjectOwnership.BUCKET_OWNER_ENFORCED)
                                                .build()))
                .build();
    }

    GetBucketAccelerateConfigurationResponse acceleration(
            GetBucketAccelerateConfigurationRequest input, RequestContext context) {
        buckets.require(input.bucket(), Guard.caller(context));
        return GetBucketAccelerateConfigurationResponse.builder().build();
    }

    GetBucketRequestPaymentResponse payment(
            GetBucketRequestPaymentRequest input, RequestContext context) {
        buckets.require(input.bucket(), Guard.caller(context));
        return GetBucketRequestPaymentResponse.builder().payer(Payer.BUCKET_OWNER).build();
    }

    GetBucketLoggingResponse logging(GetBucketLoggingRequest input, RequestContext context) {
        buckets.require(input.bucket(), Guard.caller(context));
        return GetBucketLoggingResponse.builder().build();
    }

    GetBucketNotificationConfigurationResponse notification(
            GetBucketNotificationConfigurationRequest input, RequestContext context) {
        buckets.require(input.bucket(), Guard.caller(context));
        return GetBucketNotificationConfigurationResponse.builder().build();
    }
}
