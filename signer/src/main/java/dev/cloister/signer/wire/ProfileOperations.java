package dev.cloister.signer.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.signer.ProfileKey;
import dev.cloister.signer.SignerErrors;
import dev.cloister.signer.SigningProfile;
import dev.cloister.signer.SigningProfiles;
import dev.cloister.signer.Validity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.signer.model.CancelSigningProfileRequest;
import software.amazon.awssdk.services.signer.model.CancelSigningProfileResponse;
import software.amazon.awssdk.services.signer.model.GetSigningProfileRequest;
import software.amazon.awssdk.services.signer.model.GetSigningProfileResponse;
import software.amazon.awssdk.services.signer.model.ListSigningProfilesRequest;
import software.amazon.awssdk.services.signer.model.ListSigningProfilesResponse;
import software.amazon.awssdk.services.signer.model.PutSigningProfileRequest;
import software.amazon.awssdk.services.signer.model.PutSigningProfileResponse;
import software.amazon.awssdk.services.signer.model.RevokeSigningProfileRequest;
import software.amazon.awssdk.services.signer.model.RevokeSigningProfileResponse;
import software.amazon.awssdk.services.signer.model.SignatureValidityPeriod;
import software.amazon.awssdk.services.signer.model.SigningProfileStatus;

/** The operations on signing profiles. */
final class ProfileOperations {
    private static final int PAGE = 25;

    private final SigningProfiles profiles;

    ProfileOperations(SigningProfiles profiles) {
        this.profiles = profiles;
    }

    PutSigningProfileResponse put(PutSigningProfileRequest input, RequestContext context) {
        if (!input.platformId().equals(SigningProfile.PLATFORM)) {
            throw SignerErrors.validation(
                    "The signing platform "
                            + input.platformId()
                            + " is not available in this version of Cloister. Available: "
                            + SigningProfile.PLATFORM
                            + ".");
        }
        refuse("signingMaterial", input.signingMaterial() != null);
        refuse("overrides", input.overrides() != null);
        refuse("signingParameters", !input.signingParameters().isEmpty());
        SigningProfile made =
                profiles.put(
                        key(input.profileName(), context),
                        validity(input.signatureValidityPeriod()),
                        input.tags());
        return PutSigningProfileResponse.builder()
                .arn(made.key().arn())
                .profileVersion(made.version())
                .profileVersionArn(made.versionArn())
                .build();
    }

    private static void refuse(String member, boolean given) {
        if (given) {
            throw SignerErrors.validation(
                    member + " is not available in this version of Cloister.");
        }
    }

    private static Validity validity(@Nullable SignatureValidityPeriod given) {
        if (given == null) {
            return Validity.DEFAULT;
        }
        if (given.value() == null || given.type() == null) {
            throw SignerErrors.validation("signatureValidityPeriod must have both value and type.");
        }
        return new Validity(Validity.Unit.valueOf(given.typeAsString()), given.value());
    }

    GetSigningProfileResponse get(GetSigningProfileRequest input, RequestContext context) {
        checkOwner(input.profileOwner(), context);
        SigningProfile profile = profiles.require(key(input.profileName(), context));
        GetSigningProfileResponse.Builder shown =
                GetSigningProfileResponse.builder()
                        .profileName(profile.key().name())
                        .arn(profile.key().arn())
                        .profileVersion(profile.version())
                        .profileVersionArn(profile.versionArn())
                        .platformId(SigningProfile.PLATFORM)
                        .platformDisplayName(PlatformOperations.DISPLAY_NAME)
                        .signatureValidityPeriod(validity(profile.validity()))
                        .status(status(profile))
                        .tags(profile.tags());
        profile.revocation()
                .ifPresent(
                        revocation ->
                                shown.statusReason(revocation.reason())
                                        .revocationRecord(
                                                record ->
                                                        record.revokedAt(revocation.at())
                                                                .revokedBy(revocation.by())
                                                                .revocationEffectiveFrom(
                                                                        revocation
                                                                                .effectiveFrom())));
        return shown.build();
    }

    ListSigningProfilesResponse list(ListSigningProfilesRequest input, RequestContext context) {
        Set<String> statuses =
                input.hasStatuses() && !input.statuses().isEmpty()
                        ? Set.copyOf(input.statusesAsStrings())
                        : Boolean.TRUE.equals(input.includeCanceled())
                                ? Set.of("Active", "Canceled", "Revoked")
                                : Set.of("Active");
        int size = input.maxResults() == null ? PAGE : input.maxResults();
        boolean known =
                input.platformId() == null || input.platformId().equals(SigningProfile.PLATFORM);
        List<SigningProfile> found =
                profiles
                        .listAfter(context.account(), context.region(), after(input.nextToken()))
                        .stream()
                        .filter(profile -> known && statuses.contains(status(profile).toString()))
                        .limit(size + 1L)
                        .toList();
        List<SigningProfile> page = found.subList(0, Math.min(size, found.size()));
        ListSigningProfilesResponse.Builder shown =
                ListSigningProfilesResponse.builder()
                        .profiles(page.stream().map(ProfileOperations::listed).toList());
        if (found.size() > size) {
            shown.nextToken(
                    Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(
                                    page.getLast().key().name().getBytes(StandardCharsets.UTF_8)));
        }
        return shown.build();
    }

    private static String after(@Nullable String token) {
        if (token == null || token.isEmpty()) {
            return "";
        }
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            throw SignerErrors.validation(
                    "nextToken is not valid. Use the nextToken of the previous page.");
        }
    }

    private static software.amazon.awssdk.services.signer.model.SigningProfile listed(
            SigningProfile profile) {
        return software.amazon.awssdk.services.signer.model.SigningProfile.builder()
                .profileName(profile.key().name())
                .arn(profile.key().arn())
                .profileVersion(profile.version())
                .profileVersionArn(profile.versionArn())
                .platformId(SigningProfile.PLATFORM)
                .platformDisplayName(PlatformOperations.DISPLAY_NAME)
                .signatureValidityPeriod(validity(profile.validity()))
                .status(status(profile))
                .tags(profile.tags())
                .build();
    }

    CancelSigningProfileResponse cancel(CancelSigningProfileRequest input, RequestContext context) {
        profiles.cancel(key(input.profileName(), context));
        return CancelSigningProfileResponse.builder().build();
    }

    RevokeSigningProfileResponse revoke(RevokeSigningProfileRequest input, RequestContext context) {
        profiles.revoke(
                key(input.profileName(), context),
                input.profileVersion(),
                input.effectiveTime(),
                input.reason(),
                context.principal().arn());
        return RevokeSigningProfileResponse.builder().build();
    }

    static ProfileKey key(String name, RequestContext context) {
        return new ProfileKey(context.account(), context.region(), name);
    }

    /** Profiles of other accounts need permissions, which this version does not have. */
    static void checkOwner(@Nullable String owner, RequestContext context) {
        if (owner != null && !owner.equals(context.account().value())) {
            throw SignerErrors.accessDenied(
                    "User: "
                            + context.principal().arn()
                            + " is not authorized to use signing profiles of the account "
                            + owner);
        }
    }

    private static SignatureValidityPeriod validity(Validity validity) {
        return SignatureValidityPeriod.builder()
                .type(validity.unit().name())
                .value(validity.value())
                .build();
    }

    private static SigningProfileStatus status(SigningProfile profile) {
        return switch (profile.status()) {
            case ACTIVE -> SigningProfileStatus.ACTIVE;
            case CANCELED -> SigningProfileStatus.CANCELED;
            case REVOKED -> SigningProfileStatus.REVOKED;
        };
    }
}
