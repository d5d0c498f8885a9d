package dev.cloister.s3.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.s3.Bucket;
import dev.cloister.s3.Buckets;
import dev.cloister.s3.PolicyGrammar;
import dev.cloister.s3.PublicAccessBlock;
import dev.cloister.s3.S3Errors;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.DeleteBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketPolicyResponse;
import software.amazon.awssdk.services.s3.model.DeletePublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.DeletePublicAccessBlockResponse;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyResponse;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyStatusRequest;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyStatusResponse;
import software.amazon.awssdk.services.s3.model.GetPublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.GetPublicAccessBlockResponse;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.PutBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.PutBucketPolicyResponse;
import software.amazon.awssdk.services.s3.model.PutPublicAccessBlockRequest;
import software.amazon.awssdk.services.s3.model.PutPublicAccessBlockResponse;

/** Who besides the owner may use a bucket: its policy, and what is ruled out whatever that says. */
final class PolicyOperations {
    private final Buckets buckets;
    private final PolicyGrammar grammar;

    PolicyOperations(Buckets buckets, PolicyGrammar grammar) {
        this.buckets = buckets;
        this.grammar = grammar;
    }

    PutBucketPolicyResponse put(PutBucketPolicyRequest input, RequestContext context) {
        if (input.policy() == null || input.policy().isEmpty()) {
            throw new AwsError("MissingRequestBodyError", 400, "Request Body is empty");
        }
        buckets.setPolicy(input.bucket(), Guard.caller(context), input.policy(), grammar);
        return PutBucketPolicyResponse.builder().build();
    }

    GetBucketPolicyResponse get(GetBucketPolicyRequest input, RequestContext context) {
        Bucket bucket = withPolicy(input.bucket(), context);
        return GetBucketPolicyResponse.builder().policy(bucket.policy().orElseThrow()).build();
    }

    GetBucketPolicyStatusResponse status(
            GetBucketPolicyStatusRequest input, RequestContext context) {
        Bucket bucket = withPolicy(input.bucket(), context);
        return GetBucketPolicyStatusResponse.builder()
                .policyStatus(status -> status.isPublic(bucket.isPublic()))
                .build();
    }

    private Bucket withPolicy(String name, RequestContext context) {
        Bucket bucket = buckets.require(name, Guard.caller(context));
        if (bucket.policy().isEmpty()) {
            throw new AwsError(
                    "NoSuchBucketPolicy",
                    404,
                    "The bucket policy does not exist",
                    Map.of("BucketName", name));
        }
        return bucket;
    }

    DeleteBucketPolicyResponse delete(DeleteBucketPolicyRequest input, RequestContext context) {
        buckets.deletePolicy(input.bucket(), Guard.caller(context));
        return DeleteBucketPolicyResponse.builder().build();
    }

    GetPublicAccessBlockResponse publicAccess(
            GetPublicAccessBlockRequest input, RequestContext context) {
        PublicAccessBlock block =
                buckets.require(input.bucket(), Guard.caller(context))
                        .publicAccess()
                        .orElseThrow(
                                () ->
                                        new AwsError(
                                                "NoSuchPublicAccessBlockConfiguration",
                                                404,
                                                "The public access block configuration was not"
                                                        + " found",
                                                Map.of("BucketName", input.bucket())));
        return GetPublicAccessBlockResponse.builder()
                .publicAccessBlockConfiguration(
                        shown ->
                                shown.blockPublicAcls(block.blockAcls())
                                        .ignorePublicAcls(block.ignoreAcls())
                                        .blockPublicPolicy(block.blockPolicy())
                                        .restrictPublicBuckets(block.restrictBuckets()))
                .build();
    }

    PutPublicAccessBlockResponse putPublicAccess(
            PutPublicAccessBlockRequest input, RequestContext context) {
        PublicAccessBlockConfiguration given = input.publicAccessBlockConfiguration();
        if (given == null) {
            throw S3Errors.malformedXml();
        }
        buckets.setPublicAccess(
                input.bucket(),
                Guard.caller(context),
                Optional.of(
                        new PublicAccessBlock(
                                Boolean.TRUE.equals(given.blockPublicAcls()),
                                Boolean.TRUE.equals(given.ignorePublicAcls()),
                                Boolean.TRUE.equals(given.blockPublicPolicy()),
                                Boolean.TRUE.equals(given.restrictPublicBuckets()))));
        return PutPublicAccessBlockResponse.builder().build();
    }

    DeletePublicAccessBlockResponse deletePublicAccess(
            DeletePublicAccessBlockRequest input, RequestContext context) {
        buckets.setPublicAccess(input.bucket(), Guard.caller(context), Optional.empty());
        return DeletePublicAccessBlockResponse.builder().build();
    }
}
