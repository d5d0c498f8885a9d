package dev.cloister.keys.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.Aliases;
import dev.cloister.keys.managed.KeyAlias;
import dev.cloister.keys.managed.KeyErrors;
import dev.cloister.keys.managed.Lifecycle;
import dev.cloister.keys.managed.Tags;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateAliasResponse;
import software.amazon.awssdk.services.kms.model.DeleteAliasRequest;
import software.amazon.awssdk.services.kms.model.DeleteAliasResponse;
import software.amazon.awssdk.services.kms.model.GetKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.GetKeyPolicyResponse;
import software.amazon.awssdk.services.kms.model.ListAliasesRequest;
import software.amazon.awssdk.services.kms.model.ListAliasesResponse;
import software.amazon.awssdk.services.kms.model.ListKeyPoliciesRequest;
import software.amazon.awssdk.services.kms.model.ListKeyPoliciesResponse;
import software.amazon.awssdk.services.kms.model.ListResourceTagsRequest;
import software.amazon.awssdk.services.kms.model.ListResourceTagsResponse;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyRequest;
import software.amazon.awssdk.services.kms.model.PutKeyPolicyResponse;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.TagResourceRequest;
import software.amazon.awssdk.services.kms.model.TagResourceResponse;
import software.amazon.awssdk.services.kms.model.UntagResourceRequest;
import software.amazon.awssdk.services.kms.model.UntagResourceResponse;
import software.amazon.awssdk.services.kms.model.UpdateAliasRequest;
import software.amazon.awssdk.services.kms.model.UpdateAliasResponse;

/** The operations on aliases, policies and tags. */
final class NamingOperations {
    private static final int PAGE = 50;
    private static final String ONLY_POLICY = "default";

    private final Lifecycle keys;
    private final Aliases aliases;
    private final Tags tags;

    NamingOperations(Lifecycle keys, Aliases aliases, Tags tags) {
        this.keys = keys;
        this.aliases = aliases;
        this.tags = tags;
    }

    CreateAliasResponse createAlias(CreateAliasRequest request, RequestContext context) {
        aliases.create(
                RequestKeys.caller(request, context), request.aliasName(), request.targetKeyId());
        return CreateAliasResponse.builder().build();
    }

    UpdateAliasResponse updateAlias(UpdateAliasRequest request, RequestContext context) {
        aliases.update(
                RequestKeys.caller(request, context), request.aliasName(), request.targetKeyId());
        return UpdateAliasResponse.builder().build();
    }

    DeleteAliasResponse deleteAlias(DeleteAliasRequest request, RequestContext context) {
        aliases.delete(RequestKeys.caller(request, context), request.aliasName());
        return DeleteAliasResponse.builder().build();
    }

    ListAliasesResponse listAliases(ListAliasesRequest request, RequestContext context) {
        int limit = Markers.limit(request.limit(), PAGE);
        String after = Markers.after(request.marker());
        KeyCaller caller = RequestKeys.caller(request, context);
        List<KeyAlias> found =
                request.keyId() == null
                        ? aliases.list(caller, after, limit + 1)
                        : aliases.list(caller, request.keyId(), after, limit + 1);
        Markers.Page<KeyAlias> page = Markers.page(found, limit, KeyAlias::name);
        return ListAliasesResponse.builder()
                .aliases(page.items().stream().map(NamingOperations::entry).toList())
                .nextMarker(page.next().orElse(null))
                .truncated(page.next().isPresent())
                .build();
    }

    private static AliasListEntry entry(KeyAlias alias) {
        return AliasListEntry.builder()
                .aliasName(alias.name())
                .aliasArn(alias.arn())
                .targetKeyId(alias.keyId())
                .creationDate(alias.createdAt())
                .lastUpdatedDate(alias.updatedAt())
                .build();
    }

    GetKeyPolicyResponse getPolicy(GetKeyPolicyRequest request, RequestContext context) {
        String name = Optional.ofNullable(request.policyName()).orElse(ONLY_POLICY);
        return GetKeyPolicyResponse.builder()
                .policy(keys.policy(RequestKeys.caller(request, context), request.keyId(), name))
                .policyName(name)
                .build();
    }

    PutKeyPolicyResponse putPolicy(PutKeyPolicyRequest request, RequestContext context) {
        String name = Optional.ofNullable(request.policyName()).orElse(ONLY_POLICY);
        if (!name.equals(ONLY_POLICY)) {
            throw KeyErrors.validation("The only valid policy name is default.");
        }
        keys.putPolicy(
                RequestKeys.caller(request, context),
                request.keyId(),
                request.policy(),
                KeyOperations.lockout(request.bypassPolicyLockoutSafetyCheck()));
        return PutKeyPolicyResponse.builder().build();
    }

    ListKeyPoliciesResponse listPolicies(ListKeyPoliciesRequest request, RequestContext context) {
        keys.requireListing(RequestKeys.caller(request, context), request.keyId());
        return ListKeyPoliciesResponse.builder().policyNames(ONLY_POLICY).truncated(false).build();
    }

    ListResourceTagsResponse listTags(ListResourceTagsRequest request, RequestContext context) {
        int limit = Markers.limit(request.limit(), PAGE);
        String after = Markers.after(request.marker());
        List<Map.Entry<String, String>> found =
                tags.list(RequestKeys.caller(request, context), request.keyId()).entrySet().stream()
                        .filter(tag -> tag.getKey().compareTo(after) > 0)
                        .limit(limit + 1L)
                        .toList();
        Markers.Page<Map.Entry<String, String>> page =
                Markers.page(found, limit, Map.Entry::getKey);
        return ListResourceTagsResponse.builder()
                .tags(
                        page.items().stream()
                                .map(
                                        tag ->
                                                Tag.builder()
                                                        .tagKey(tag.getKey())
                                                        .tagValue(tag.getValue())
                                                        .build())
                                .toList())
                .nextMarker(page.next().orElse(null))
                .truncated(page.next().isPresent())
                .build();
    }

    TagResourceResponse tag(TagResourceRequest request, RequestContext context) {
        tags.put(
                RequestKeys.caller(request, context), request.keyId(), Inputs.tags(request.tags()));
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untag(UntagResourceRequest request, RequestContext context) {
        tags.remove(RequestKeys.caller(request, context), request.keyId(), request.tagKeys());
        return UntagResourceResponse.builder().build();
    }
}
