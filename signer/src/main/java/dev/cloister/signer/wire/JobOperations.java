package dev.cloister.signer.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.signer.ObjectWork;
import dev.cloister.signer.Signer;
import dev.cloister.signer.SignerErrors;
import dev.cloister.signer.SigningJob;
import dev.cloister.signer.SigningObjects;
import dev.cloister.signer.SigningProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.signer.model.DescribeSigningJobRequest;
import software.amazon.awssdk.services.signer.model.DescribeSigningJobResponse;
import software.amazon.awssdk.services.signer.model.ListSigningJobsRequest;
import software.amazon.awssdk.services.signer.model.ListSigningJobsResponse;
import software.amazon.awssdk.services.signer.model.S3Source;
import software.amazon.awssdk.services.signer.model.SignedObject;
import software.amazon.awssdk.services.signer.model.SigningStatus;
import software.amazon.awssdk.services.signer.model.Source;
import software.amazon.awssdk.services.signer.model.StartSigningJobRequest;
import software.amazon.awssdk.services.signer.model.StartSigningJobResponse;

/** Jobs: those that sign objects in buckets, and what is known of every one. */
final class JobOperations {
    private static final int PAGE = 25;
    private static final int BATCH = 200;

    private final Signer signer;
    private final Function<RequestContext, SigningObjects> objects;

    JobOperations(Signer signer, Function<RequestContext, SigningObjects> objects) {
        this.signer = signer;
        this.objects = objects;
    }

    /** The job has ended when this returns; clients that poll it find so at once. */
    StartSigningJobResponse start(StartSigningJobRequest input, RequestContext context) {
        ProfileOperations.checkOwner(input.profileOwner(), context);
        S3Source source = input.source().s3();
        if (source == null) {
            throw SignerErrors.validation("The source must name an object in S3.");
        }
        if (input.destination().s3() == null || input.destination().s3().bucketName() == null) {
            throw SignerErrors.validation("The destination must name a bucket of S3.");
        }
        String prefix = input.destination().s3().prefix();
        ObjectWork asked =
                new ObjectWork(
                        source.bucketName(),
                        source.key(),
                        source.version(),
                        input.destination().s3().bucketName(),
                        prefix == null ? "" : prefix,
                        "",
                        input.clientRequestToken(),
                        Optional.empty(),
                        Optional.empty());
        try {
            SigningJob job =
                    signer.signObject(
                            ProfileOperations.key(input.profileName(), context),
                            asked,
                            context.principal().arn(),
                            objects.apply(context));
            return StartSigningJobResponse.builder()
                    .jobId(job.id().toString())
                    .jobOwner(job.profile().account().value())
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to sign an object", e);
        }
    }

    DescribeSigningJobResponse describe(DescribeSigningJobRequest input, RequestContext context) {
        SigningJob job = SignatureOperations.require(signer, input.jobId(), context);
        Signer.Status status = signer.status(job);
        DescribeSigningJobResponse.Builder shown =
                DescribeSigningJobResponse.builder()
                        .jobId(job.id().toString())
                        .profileName(job.profile().name())
                        .profileVersion(job.profileVersion())
                        .platformId(SigningProfile.PLATFORM)
                        .platformDisplayName(PlatformOperations.DISPLAY_NAME)
                        .createdAt(job.signedAt())
                        .completedAt(
                                job.work().isEmpty()
                                        ? job.signedAt()
                                        : job.work().get().completedAt().orElse(null))
                        .signatureExpiresAt(job.expiresAt())
                        .requestedBy(job.invoker())
                        .status(shown(status))
                        .source(source(job))
                        .signedObject(signedObject(job, status))
                        .jobOwner(job.profile().account().value())
                        .jobInvoker(job.profile().account().value());
        if (status == Signer.Status.FAILED) {
            shown.statusReason(
                    job.work().flatMap(ObjectWork::failure).orElse("The job was interrupted."));
        }
        job.revocation()
                .ifPresent(
                        revocation ->
                                shown.revocationRecord(
                                        record ->
                                                record.reason(revocation.reason())
                                                        .revokedAt(revocation.at())
                                                        .revokedBy(revocation.by())));
        return shown.build();
    }

    private static SigningStatus shown(Signer.Status status) {
        return switch (status) {
            case IN_PROGRESS -> SigningStatus.IN_PROGRESS;
            case FAILED -> SigningStatus.FAILED;
            case SUCCEEDED -> SigningStatus.SUCCEEDED;
        };
    }

    private static @Nullable Source source(SigningJob job) {
        return job.work()
                .map(
                        work ->
                                Source.builder()
                                        .s3(
                                                s3 ->
                                                        s3.bucketName(work.bucket())
                                                                .key(work.key())
                                                                .version(work.version()))
                                        .build())
                .orElse(null);
    }

    private static @Nullable SignedObject signedObject(SigningJob job, Signer.Status status) {
        return job.work()
                .filter(_ -> status == Signer.Status.SUCCEEDED)
                .map(
                        work ->
                                SignedObject.builder()
                                        .s3(
                                                s3 ->
                                                        s3.bucketName(work.targetBucket())
                                                                .key(work.targetKey()))
                                        .build())
                .orElse(null);
    }

    ListSigningJobsResponse list(ListSigningJobsRequest input, RequestContext context) {
        int size = input.maxResults() == null ? PAGE : input.maxResults();
        List<SigningJob> found = new ArrayList<>();
        String after = after(input.nextToken());
        boolean more = true;
        while (more && found.size() <= size) {
            List<SigningJob> batch = signer.jobs(context.account(), context.region(), after, BATCH);
            batch.stream().filter(job -> isWanted(job, input)).forEach(found::add);
            more = batch.size() == BATCH;
            if (more) {
                after = batch.getLast().id().toString();
            }
        }
        List<SigningJob> page = found.subList(0, Math.min(size, found.size()));
        ListSigningJobsResponse.Builder shown =
                ListSigningJobsResponse.builder().jobs(page.stream().map(this::listed).toList());
        if (found.size() > size) {
            shown.nextToken(page.getLast().id().toString());
        }
        return shown.build();
    }

    private static String after(@Nullable String token) {
        if (token == null) {
            return "";
        }
        try {
            return UUID.fromString(token).toString();
        } catch (IllegalArgumentException e) {
            throw SignerErrors.validation(
                    "nextToken is not valid. Use the nextToken of the previous page.");
        }
    }

    private boolean isWanted(SigningJob job, ListSigningJobsRequest input) {
        return (input.status() == null || shown(signer.status(job)) == input.status())
                && (input.platformId() == null
                        || input.platformId().equals(SigningProfile.PLATFORM))
                && (input.requestedBy() == null || input.requestedBy().equals(job.invoker()))
                && (input.isRevoked() == null || input.isRevoked() == job.revocation().isPresent())
                && (input.signatureExpiresBefore() == null
                        || job.expiresAt().isBefore(input.signatureExpiresBefore()))
                && (input.signatureExpiresAfter() == null
                        || job.expiresAt().isAfter(input.signatureExpiresAfter()))
                && (input.jobInvoker() == null
                        || input.jobInvoker().equals(job.profile().account().value()));
    }

    private software.amazon.awssdk.services.signer.model.SigningJob listed(SigningJob job) {
        Signer.Status status = signer.status(job);
        return software.amazon.awssdk.services.signer.model.SigningJob.builder()
                .jobId(job.id().toString())
                .profileName(job.profile().name())
                .profileVersion(job.profileVersion())
                .platformId(SigningProfile.PLATFORM)
                .platformDisplayName(PlatformOperations.DISPLAY_NAME)
                .createdAt(job.signedAt())
                .signatureExpiresAt(job.expiresAt())
                .status(shown(status))
                .source(source(job))
                .signedObject(signedObject(job, status))
                .isRevoked(job.revocation().isPresent())
                .jobOwner(job.profile().account().value())
                .jobInvoker(job.profile().account().value())
                .build();
    }
}
