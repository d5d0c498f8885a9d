package dev.cloister.s3.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.OperationHandler;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.api.StreamedHandler;
import dev.cloister.s3.ObjectStorage;
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
import software.amazon.awssdk.services.s3.model.GetBucketAccelerateConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAclRequest;
import software.amazon.awssdk.services.s3.model.GetBucketEncryptionRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLoggingRequest;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketOwnershipControlsRequest;
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
import software.amazon.awssdk.services.s3.model.PutBucketTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** S3's operations. */
public final class S3Service {
    /** AWS's bound on what one request may carry. */
    static final long MOST_BYTES = 5L << 30;

    private S3Service() {}

    /** The service over an object storage. */
    public static ServiceDefinition definition(ObjectStorage storage) {
        List<Operation> rows = new ArrayList<>();
        rows.addAll(buckets(new BucketOperations(storage.buckets())));
        rows.addAll(settings(new BucketSettings(storage.buckets(), storage.objects())));
        rows.addAll(new AbsentSettings(storage.buckets()).operations());
        rows.addAll(objects(storage));
        rows.addAll(uploads(storage));
        return new ServiceDefinition("s3", "/facts/s3.json", rows);
    }

    private static List<Operation> buckets(BucketOperations buckets) {
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

    private static List<Operation> objects(ObjectStorage storage) {
        ObjectReads reads = new ObjectReads(storage.objects());
        ObjectWrites writes = new ObjectWrites(storage.objects());
        ListOperations lists =
                new ListOperations(storage.buckets(), storage.listings(), storage.objects());
        return List.of(
                streamed("PutObject", PutObjectRequest::builder, MOST_BYTES, writes::put),
                streamed("GetObject", GetObjectRequest::builder, 0, reads::get),
                streamed("HeadObject", HeadObjectRequest::builder, 0, reads::head),
                row("DeleteObject", DeleteObjectRequest::builder, writes::delete),
                row("DeleteObjects", DeleteObjectsRequest::builder, writes::deleteMany),
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

    private static List<Operation> settings(BucketSettings settings) {
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
                        "GetPublicAccessBlock",
                        GetPublicAccessBlockRequest::builder,
                        settings::publicAccess),
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
                        settings::notification),
                row(
                        "DeleteBucketPolicy",
                        DeleteBucketPolicyRequest::builder,
                        settings::deletePolicy));
    }

    private static List<Operation> uploads(ObjectStorage storage) {
        UploadOperations uploads = new UploadOperations(storage.uploads());
        UploadListings lists = new UploadListings(storage.uploads());
        CopyOperations copies = new CopyOperations(storage.objects(), storage.uploads());
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

    static <I extends SdkPojo, O extends SdkPojo> Operation row(
            String name, Supplier<? extends SdkPojo> newInput, OperationHandler<I, O> handler) {
        return Operation.<I, O>modeled(
                name,
                newInput,
                (input, context) -> {
                    Guard.check(input, context);
                    return handler.handle(input, context);
                });
    }

    static <I extends SdkPojo, O extends SdkPojo> Operation streamed(
            String name,
            Supplier<? extends SdkPojo> newInput,
            long maxBody,
            StreamedHandler<I, O> handler) {
        return new Operation.Streamed<I, O>(
                name,
                newInput,
                maxBody,
                (input, body, context) -> {
                    Guard.check(input, context);
                    return handler.handle(input, body, context);
                });
    }
}
