package dev.cloister.signer.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.signer.SignerErrors;
import dev.cloister.signer.SigningProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.signer.model.GetSigningPlatformRequest;
import software.amazon.awssdk.services.signer.model.GetSigningPlatformResponse;
import software.amazon.awssdk.services.signer.model.ListSigningPlatformsRequest;
import software.amazon.awssdk.services.signer.model.ListSigningPlatformsResponse;
import software.amazon.awssdk.services.signer.model.SigningPlatform;

/** The one signing platform: Lambda's. */
final class PlatformOperations {
    static final String DISPLAY_NAME = "AWS Lambda";
    private static final String PARTNER = "AWSLambda";
    private static final String TARGET = "SHA384-ECDSA";
    private static final int MAX_MEGABYTES = 250;

    ListSigningPlatformsResponse list(ListSigningPlatformsRequest input, RequestContext context) {
        boolean wanted =
                matches(input.partner(), PARTNER)
                        && matches(input.target(), TARGET)
                        && input.category() == null;
        SigningPlatform platform =
                SigningPlatform.builder()
                        .platformId(SigningProfile.PLATFORM)
                        .displayName(DISPLAY_NAME)
                        .partner(PARTNER)
                        .target(TARGET)
                        .maxSizeInMB(MAX_MEGABYTES)
                        .revocationSupported(true)
                        .build();
        return ListSigningPlatformsResponse.builder()
                .platforms(wanted ? List.of(platform) : List.of())
                .build();
    }

    private static boolean matches(@Nullable String wanted, String actual) {
        return wanted == null || wanted.equals(actual);
    }

    GetSigningPlatformResponse get(GetSigningPlatformRequest input, RequestContext context) {
        if (!input.platformId().equals(SigningProfile.PLATFORM)) {
            throw SignerErrors.notFound("Signing platform not found: " + input.platformId());
        }
        return GetSigningPlatformResponse.builder()
                .platformId(SigningProfile.PLATFORM)
                .displayName(DISPLAY_NAME)
                .partner(PARTNER)
                .target(TARGET)
                .maxSizeInMB(MAX_MEGABYTES)
                .revocationSupported(true)
                .build();
    }
}
