package dev.cloister.functions.signing;

import dev.cloister.api.AwsError;
import dev.cloister.functions.signing.CodeSigningConfig.Policy;
import dev.cloister.signer.Finding;
import dev.cloister.signer.Signer;
import dev.cloister.signer.archive.SignatureClaims;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds deployments to code signing configurations (Lambda Developer Guide, "Signature
 * validation"): integrity always, mismatch, expiry and revocation as the configuration says.
 * Thread-safe.
 */
public final class DeploymentCheck {
    private static final Logger LOG = LoggerFactory.getLogger(DeploymentCheck.class);

    private final Signer signer;
    private final InstantSource clock;
    private final LongAdder failures = new LongAdder();

    public DeploymentCheck(Signer signer, InstantSource clock) {
        this.signer = signer;
        this.clock = clock;
    }

    /** Looks for an archive's signature; takes time, so it is done before any lock is taken. */
    public Finding examine(byte[] zip) {
        try {
            return signer.examine(zip);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwsError("ServiceException", 500, "The server is stopping.");
        }
    }

    /** What an archive shows of its signature: only one that is of this installation and holds. */
    public static Optional<CodeSignature> shown(Finding finding) {
        return switch (finding) {
            case Finding.Unsigned() -> Optional.empty();
            case Finding.Broken(String reason) -> Optional.empty();
            case Finding.Foreign(SignatureClaims claims) -> Optional.empty();
            case Finding.Signed(SignatureClaims claims, Optional<String> revocation) ->
                    Optional.of(new CodeSignature(claims.profileVersionArn(), claims.jobArn()));
        };
    }

    /** How many archives have failed a check since the start, refused or not. */
    public long failures() {
        return failures.sum();
    }

    /**
     * Lets an archive pass, with a warning if the configuration wants no more.
     *
     * @param deployed the ARN of the function or layer version whose archive it is
     * @throws AwsError InvalidCodeSignatureException or CodeVerificationFailedException
     */
    public void check(CodeSigningConfig config, Finding finding, String deployed) {
        if (finding instanceof Finding.Broken(String reason)) {
            failures.increment();
            LOG.warn("the signature of {} is invalid: {}", deployed, reason);
            throw new AwsError(
                    "InvalidCodeSignatureException",
                    400,
                    "Lambda cannot deploy the function. The code signature failed the integrity"
                            + " check. Check the provided signature for "
                            + deployed
                            + ".");
        }
        Optional<Failure> failure = failure(config, finding);
        if (failure.isEmpty()) {
            return;
        }
        failures.increment();
        LOG.warn(
                "the signature of {} fails {} ({}): {}",
                deployed,
                config.key().arn(),
                config.policy().shown(),
                failure.get().reason);
        if (config.policy() == Policy.ENFORCE) {
            throw new AwsError(
                    "CodeVerificationFailedException",
                    400,
                    "Lambda cannot deploy the function. "
                            + failure.get().message
                            + " Check the provided signature for "
                            + deployed
                            + ".");
        }
    }

    /**
     * @param message for the caller
     * @param reason for the log
     */
    private record Failure(String message, String reason) {
        /** AWS's wording; it tells an unsigned archive from no other. */
        static Failure mismatch(String reason) {
            return new Failure(
                    "The function or layer might be signed using a signature that the client is"
                            + " not configured to accept.",
                    reason);
        }
    }

    private Optional<Failure> failure(CodeSigningConfig config, Finding finding) {
        return switch (finding) {
            case Finding.Unsigned() -> Optional.of(Failure.mismatch("it is not signed"));
            case Finding.Foreign(SignatureClaims claims) ->
                    Optional.of(
                            Failure.mismatch(
                                    "this installation does not know its signer, said to be "
                                            + printable(claims.profileVersionArn())));
            case Finding.Signed(SignatureClaims claims, Optional<String> revocation) ->
                    failure(config, claims, revocation);
            case Finding.Broken(String reason) ->
                    throw new IllegalArgumentException("refused before: " + reason);
        };
    }

    private Optional<Failure> failure(
            CodeSigningConfig config, SignatureClaims claims, Optional<String> revocation) {
        if (!config.publishers().contains(claims.profileVersionArn())) {
            return Optional.of(
                    Failure.mismatch(claims.profileVersionArn() + " is no allowed publisher"));
        }
        if (!clock.instant().isBefore(claims.expiresAt())) {
            return Optional.of(
                    new Failure(
                            "The function or layer is signed using a signature that has expired.",
                            "it expired at " + claims.expiresAt()));
        }
        return revocation.map(
                why ->
                        new Failure(
                                "The function or layer is signed using a signature that has been"
                                        + " revoked.",
                                why));
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x21-\\x7e]", "?");
    }
}
