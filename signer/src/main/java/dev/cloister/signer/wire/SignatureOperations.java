package dev.cloister.signer.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.signer.Signer;
import dev.cloister.signer.SignerErrors;
import dev.cloister.signer.SigningJob;
import dev.cloister.signer.archive.ArchiveDigests;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.signer.model.RevokeSignatureRequest;
import software.amazon.awssdk.services.signer.model.RevokeSignatureResponse;
import software.amazon.awssdk.services.signer.model.SignPayloadRequest;
import software.amazon.awssdk.services.signer.model.SignPayloadResponse;

/** The operations on signatures. */
final class SignatureOperations {
    /** Two SHA-384 digests of a Lambda archive; see docs/code-signing.md. */
    private static final String PAYLOAD_FORMAT =
            "application/vnd.cloister.lambda-archive-digests.v1";

    private final Signer signer;

    SignatureOperations(Signer signer) {
        this.signer = signer;
    }

    /** On AWS the operation signs container images' manifests; here it signs archives' digests. */
    SignPayloadResponse sign(SignPayloadRequest input, RequestContext context) {
        ProfileOperations.checkOwner(input.profileOwner(), context);
        if (!input.payloadFormat().equals(PAYLOAD_FORMAT)) {
            throw SignerErrors.validation(
                    "The payload format is not available in this version of Cloister. Available: "
                            + PAYLOAD_FORMAT
                            + ".");
        }
        ArchiveDigests digests;
        try {
            digests = ArchiveDigests.of(input.payload().asByteArrayUnsafe());
        } catch (IllegalArgumentException e) {
            throw SignerErrors.validation("The payload is not of its format: " + e.getMessage());
        }
        Signer.Signature made =
                signer.sign(
                        ProfileOperations.key(input.profileName(), context),
                        digests,
                        context.principal().arn());
        SigningJob job = made.job();
        return SignPayloadResponse.builder()
                .jobId(job.id().toString())
                .jobOwner(job.profile().account().value())
                .signature(SdkBytes.fromUtf8String(made.text()))
                .metadata(
                        Map.of(
                                "signingJobArn",
                                job.arn(),
                                "signingProfileVersionArn",
                                job.profile().arn(job.profileVersion()),
                                "signatureExpiresAt",
                                job.expiresAt().toString()))
                .build();
    }

    RevokeSignatureResponse revoke(RevokeSignatureRequest input, RequestContext context) {
        ProfileOperations.checkOwner(input.jobOwner(), context);
        signer.revoke(require(input.jobId(), context), input.reason(), context.principal().arn());
        return RevokeSignatureResponse.builder().build();
    }

    private SigningJob require(String given, RequestContext context) {
        return require(signer, given, context);
    }

    static SigningJob require(Signer signer, String given, RequestContext context) {
        return id(given)
                .flatMap(signer::job)
                .filter(job -> job.profile().account().equals(context.account()))
                .filter(job -> job.profile().region().equals(context.region()))
                .orElseThrow(() -> SignerErrors.notFound("Signing job not found: " + given));
    }

    private static Optional<UUID> id(String given) {
        try {
            UUID id = UUID.fromString(given);
            return id.toString().equals(given) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }
}
