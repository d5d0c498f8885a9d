package dev.cloister.s3.wire;

import dev.cloister.api.Authorizer;
import dev.cloister.api.Operation;
import dev.cloister.api.OperationHandler;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.api.StreamedHandler;
import dev.cloister.s3.ObjectStorage;
import dev.cloister.s3.PolicyGrammar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletePublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAccelerateConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAclRequest;
import software.amazon.awssdk.services.s3.model.GetBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLoggingRequest;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketOwnershipControlsRequest;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyStatusRequest;
import software.amazon.awssdk.services.s3.model.GetBucketRequestPaymentRequest;
import software.amazon.awssdk.services.s3.model.GetBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetPublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.PutBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.PutBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutPublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** S3's operations. */
public final class S3Service {
    /** AWS's bound on what one request may carry. */
    static final long MOST_BYTES = 5L << 30;

    private final ObjectStorage storage;
    private final Guard guard;

    private S3Service(ObjectStorage storage) {
        this.storage = storage;
        this.guard = new Guard(storage.buckets());
    }

    /**
     * The service over an object storage.
     *
     * @param grammar of buckets' policies
     * @param authorizer decides about each key of requests that name many
     */
    public static ServiceDefinition definition(
            ObjectStorage storage, PolicyGrammar grammar, Authorizer authorizer) {
        return new S3Service(storage).definition(grammar, authorizer);
    }

    private ServiceDefinition definition(PolicyGrammar grammar, Authorizer authorizer) {
        List<Operation> rows = new ArrayList<>();
        rows.addAll(buckets(new BucketOperations(storage.buckets())));
        rows.addAll(settings(new BucketSettings(storage.buckets(), storage.objects())));
        rows.addAll(new AbsentSettings(storage.buckets(), this).operations());
        rows.addAll(policies(new PolicyOperations(storage.buckets(), grammar)));
        rows.addAll(objects(authorizer));
        rows.addAll(uploads());
        return new ServiceDefinition(
                "s3", "/facts/s3.json", rows, S3Access.table(storage.buckets(), storage.objects()));
    }

    private List<Operation> buckets(BucketOperations buckets) {
        return List.of(
                row("CreateBucket", CreateBucketRequest::builder, buckets::create),
                row("ListBuckets", ListBucketsRequest::builder, buckets::list),
                row("HeadBucket", HeadBucketRequest::builder, buckets::head),
                row("DeleteBucket", DeleteBucketRequest::builder, buckets::delete),
                row("GetBucketLocation", GetBucketLocationRequest::builder, buckets::location),
                row(
                        "GetBucketVersioning",
                        GetBucketVersioningRequest::builder,
                        buckets::versioning),
                row(
                        "PutBucketVersioning",
                        PutBucketVersioningRequest::builder,
                        buckets::putVersioning),
                row("GetBucketTagging", GetBucketTaggingRequest::builder, buckets::tagging),
                row("PutBucketTagging", PutBucketTaggingRequest::builder, buckets::putTagging),
                row(
                        "DeleteBucketTagging",
                        DeleteBucketTaggingRequest::builder,
                        buckets::deleteTagging));
    }

    private List<Operation> objects(Authorizer authorizer) {
        ObjectReads reads = new ObjectReads(storage.objects());
        ObjectWrites writes = new ObjectWrites(storage.objects());
        ListOperations lists =
                new ListOperations(storage.buckets(), storage.listings(), storage.objects());
        return List.of(
                streamed("PutObject", PutObjectRequest::builder, MOST_BYTES, writes::put),
                streamed("GetObject", GetObjectRequest::builder, 0, reads::get),
                streamed("HeadObject", HeadObjectRequest::builder, 0, reads::head),
                row("DeleteObject", DeleteObjectRequest::builder, writes::delete),
                deletions(writes, authorizer),
                row("GetObjectTagging", GetObjectTaggingRequest::builder, reads::tagging),
                row("PutObjectTagging", PutObjectTaggingRequest::builder, writes::putTagging),
                row(
                        "DeleteObjectTagging",
                        DeleteObjectTaggingRequest::builder,
                        writes::deleteTagging),
                row("ListObjects", ListObjectsRequest::builder, lists::objects),
                row("ListObjectsV2", ListObjectsV2Request::builder, lists::objectsV2),
                row("ListObjectVersions", ListObjectVersionsRequest::builder, lists::versions));
    }

    private List<Operation> settings(BucketSettings settings) {
        return List.of(
                row("GetBucketAcl", GetBucketAclRequest::builder, settings::acl),
                row("GetObjectAcl", GetObjectAclRequest::builder, settings::objectAcl),
                row(
                        "GetBucketEncryption",
                        GetBucketEncryptionRequest::builder,
                        settings::encryption),
                row(
                        "GetBucketOwnershipControls",
                        GetBucketOwnershipControlsRequest::builder,
                        settings::ownership),
                row(
                        "GetBucketAccelerateConfiguration",
                        GetBucketAccelerateConfigurationRequest::builder,
                        settings::acceleration),
                row(
                        "GetBucketRequestPayment",
                        GetBucketRequestPaymentRequest::builder,
                        settings::payment),
                row("GetBucketLogging", GetBucketLoggingRequest::builder, settings::logging),
                row(
                        "GetBucketNotificationConfiguration",
                        GetBucketNotificationConfigurationRequest::builder,
                        settings::notification));
    }

    private List<Operation> policies(PolicyOperations policies) {
        return List.of(
                row("PutBucketPolicy", PutBucketPolicyRequest::builder, policies::put),
                row("GetBucketPolicy", GetBucketPolicyRequest::builder, policies::get),
                row(
                        "GetBucketPolicyStatus",
                        GetBucketPolicyStatusRequest::builder,
                        policies::status),
                row("DeleteBucketPolicy", DeleteBucketPolicyRequest::builder, policies::delete),
                row(
                        "GetPublicAccessBlock",
                        GetPublicAccessBlockRequest::builder,
                        policies::publicAccess),
                row(
                        "PutPublicAccessBlock",
                        PutPublicAccessBlockRequest::builder,
                        policies::putPublicAccess),
                row(
                        "DeletePublicAccessBlock",
                        DeletePublicAccessBlockRequest::builder,
                        policies::deletePublicAccess));
    }

    private List<Operation> uploads() {
        UploadOperations uploads = new UploadOperations(storage.uploads());
        UploadListings lists = new UploadListings(storage.uploads());
        CopyOperations copies = new CopyOperations(storage.objects(), storage.uploads(), guard);
        return List.of(
                row("CopyObject", CopyObjectRequest::builder, copies::copy),
                row("UploadPartCopy", UploadPartCopyRequest::builder, copies::copyPart),
                row(
                        "CreateMultipartUpload",
                        CreateMultipartUploadRequest::builder,
                        uploads::create),
                streamed("UploadPart", UploadPartRequest::builder, MOST_BYTES, uploads::part),
                row(
                        "CompleteMultipartUpload",
                        CompleteMultipartUploadRequest::builder,
                        uploads::complete),
                row("AbortMultipartUpload", AbortMultipartUploadRequest::builder, uploads::abort),
                row("ListParts", ListPartsRequest::builder, lists::parts),
                row("ListMultipartUploads", ListMultipartUploadsRequest::builder, lists::uploads));
    }

    /** Decides about each key by itself, as the caller and not as the bucket's owner. */
    private Operation deletions(ObjectWrites writes, Authorizer authorizer) {
        ObjectChecks checks = new ObjectChecks(storage.buckets(), storage.objects());
        return Operation.<DeleteObjectsRequest, DeleteObjectsResponse>modeled(
                "DeleteObjects",
                DeleteObjectsRequest::builder,
                (input, context) ->
                        writes.deleteMany(
                                input,
                                guard.check(input, context),
                                (key, version) ->
                                        authorizer.authorize(
                                                "s3",
                                                checks.deletion(
                                                        input.bucket(), key, version, context),
                                                context)));
    }

    <I extends SdkPojo, O extends SdkPojo> Operation row(
            String name, Supplier<? extends SdkPojo> newInput, OperationHandler<I, O> handler) {
        return Operation.<I, O>modeled(
                name,
                newInput,
                (input, context) -> handler.handle(input, guard.check(input, context)));
    }

    private <I extends SdkPojo, O extends SdkPojo> Operation streamed(
            String name,
            Supplier<? extends SdkPojo> newInput,
            long maxBody,
            StreamedHandler<I, O> handler) {
        return new Operation.Streamed<I, O>(
                name,
                newInput,
                maxBody,
                (input, body, context) -> handler.handle(input, body, guard.check(input, context)));
    }
}
