package dev.cloister.signer.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.signer.SignerErrors;
import dev.cloister.signer.SigningProfile;
import dev.cloister.signer.SigningProfiles;
import software.amazon.awssdk.services.signer.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.signer.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.signer.model.TagResourceRequest;
import software.amazon.awssdk.services.signer.model.TagResourceResponse;
import software.amazon.awssdk.services.signer.model.UntagResourceRequest;
import software.amazon.awssdk.services.signer.model.UntagResourceResponse;

/** Tags of signing profiles. */
final class SignerTags {
    private final SigningProfiles profiles;

    SignerTags(SigningProfiles profiles) {
        this.profiles = profiles;
    }

    TagResourceResponse tag(TagResourceRequest input, RequestContext context) {
        profiles.tag(profile(input.resourceArn(), context).key(), input.tags());
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untag(UntagResourceRequest input, RequestContext context) {
        profiles.untag(profile(input.resourceArn(), context).key(), input.tagKeys());
        return UntagResourceResponse.builder().build();
    }

    ListTagsForResourceResponse list(ListTagsForResourceRequest input, RequestContext context) {
        return ListTagsForResourceResponse.builder()
                .tags(profile(input.resourceArn(), context).tags())
                .build();
    }

    private SigningProfile profile(String arn, RequestContext context) {
        return profiles.find(arn, context.account(), context.region())
                .orElseThrow(() -> SignerErrors.tagsNotFound(arn));
    }
}
