package dev.cloister.signer.wire;

import static dev.cloister.api.Operation.modeled;

import dev.cloister.api.RequestContext;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.signer.Signer;
import dev.cloister.signer.SigningObjects;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.signer.model.CancelSigningProfileRequest;
import software.amazon.awssdk.services.signer.model.DescribeSigningJobRequest;
import software.amazon.awssdk.services.signer.model.GetSigningPlatformRequest;
import software.amazon.awssdk.services.signer.model.GetSigningProfileRequest;
import software.amazon.awssdk.services.signer.model.ListSigningJobsRequest;
import software.amazon.awssdk.services.signer.model.ListSigningPlatformsRequest;
import software.amazon.awssdk.services.signer.model.ListSigningProfilesRequest;
import software.amazon.awssdk.services.signer.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.signer.model.PutSigningProfileRequest;
import software.amazon.awssdk.services.signer.model.RevokeSignatureRequest;
import software.amazon.awssdk.services.signer.model.RevokeSigningProfileRequest;
import software.amazon.awssdk.services.signer.model.SignPayloadRequest;
import software.amazon.awssdk.services.signer.model.StartSigningJobRequest;
import software.amazon.awssdk.services.signer.model.TagResourceRequest;
import software.amazon.awssdk.services.signer.model.UntagResourceRequest;

/** AWS Signer's operations. Those on permissions of profiles are answered as not available. */
public final class SignerService {
    private SignerService() {}

    /**
     * @param objects gives the objects that a request's caller may read and write
     */
    public static ServiceDefinition definition(
            Signer signer, Function<RequestContext, SigningObjects> objects) {
        JobOperations job = new JobOperations(signer, objects);
        ProfileOperations profile = new ProfileOperations(signer.profiles());
        SignatureOperations signature = new SignatureOperations(signer);
        PlatformOperations platform = new PlatformOperations();
        SignerTags tags = new SignerTags(signer.profiles());
        return new ServiceDefinition(
                "signer",
                "/facts/signer.json",
                List.of(
                        modeled(
                                "PutSigningProfile",
                                PutSigningProfileRequest::builder,
                                profile::put),
                        modeled(
                                "GetSigningProfile",
                                GetSigningProfileRequest::builder,
                                profile::get),
                        modeled(
                                "ListSigningProfiles",
                                ListSigningProfilesRequest::builder,
                                profile::list),
                        modeled(
                                "CancelSigningProfile",
                                CancelSigningProfileRequest::builder,
                                profile::cancel),
                        modeled(
                                "RevokeSigningProfile",
                                RevokeSigningProfileRequest::builder,
                                profile::revoke),
                        modeled("SignPayload", SignPayloadRequest::builder, signature::sign),
                        modeled(
                                "DescribeSigningJob",
                                DescribeSigningJobRequest::builder,
                                job::describe),
                        modeled("StartSigningJob", StartSigningJobRequest::builder, job::start),
                        modeled("ListSigningJobs", ListSigningJobsRequest::builder, job::list),
                        modeled(
                                "RevokeSignature",
                                RevokeSignatureRequest::builder,
                                signature::revoke),
                        modeled(
                                "ListSigningPlatforms",
                                ListSigningPlatformsRequest::builder,
                                platform::list),
                        modeled(
                                "GetSigningPlatform",
                                GetSigningPlatformRequest::builder,
                                platform::get),
                        modeled("TagResource", TagResourceRequest::builder, tags::tag),
                        modeled("UntagResource", UntagResourceRequest::builder, tags::untag),
                        modeled(
                                "ListTagsForResource",
                                ListTagsForResourceRequest::builder,
                                tags::list)),
                SignerAccess.table());
    }
}
