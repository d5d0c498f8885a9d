package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.OidcEdits;
import dev.cloister.identity.directory.OidcProvider;
import dev.cloister.identity.directory.Tags;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.model.AddClientIdToOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.AddClientIdToOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.CreateOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.CreateOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.DeleteOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.DeleteOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.GetOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.GetOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.ListOpenIdConnectProviderTagsRequest;
import software.amazon.awssdk.services.iam.model.ListOpenIdConnectProviderTagsResponse;
import software.amazon.awssdk.services.iam.model.ListOpenIdConnectProvidersRequest;
import software.amazon.awssdk.services.iam.model.ListOpenIdConnectProvidersResponse;
import software.amazon.awssdk.services.iam.model.OpenIDConnectProviderListEntry;
import software.amazon.awssdk.services.iam.model.RemoveClientIdFromOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.RemoveClientIdFromOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.TagOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.TagOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.UntagOpenIdConnectProviderRequest;
import software.amazon.awssdk.services.iam.model.UntagOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.iam.model.UpdateOpenIdConnectProviderThumbprintRequest;
import software.amazon.awssdk.services.iam.model.UpdateOpenIdConnectProviderThumbprintResponse;

/** IAM's operations on OpenID Connect providers. Thread-safe. */
final class OidcOperations {
    private final Directory directory;

    OidcOperations(Directory directory) {
        this.directory = directory;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "CreateOpenIDConnectProvider",
                        CreateOpenIdConnectProviderRequest::builder,
                        this::create),
                Operation.modeled(
                        "GetOpenIDConnectProvider",
                        GetOpenIdConnectProviderRequest::builder,
                        this::get),
                Operation.modeled(
                        "ListOpenIDConnectProviders",
                        ListOpenIdConnectProvidersRequest::builder,
                        this::list),
                Operation.modeled(
                        "DeleteOpenIDConnectProvider",
                        DeleteOpenIdConnectProviderRequest::builder,
                        this::delete),
                Operation.modeled(
                        "UpdateOpenIDConnectProviderThumbprint",
                        UpdateOpenIdConnectProviderThumbprintRequest::builder,
                        this::updateThumbprint),
                Operation.modeled(
                        "AddClientIDToOpenIDConnectProvider",
                        AddClientIdToOpenIdConnectProviderRequest::builder,
                        this::addClientId),
                Operation.modeled(
                        "RemoveClientIDFromOpenIDConnectProvider",
                        RemoveClientIdFromOpenIdConnectProviderRequest::builder,
                        this::removeClientId),
                Operation.modeled(
                        "TagOpenIDConnectProvider",
                        TagOpenIdConnectProviderRequest::builder,
                        this::tag),
                Operation.modeled(
                        "UntagOpenIDConnectProvider",
                        UntagOpenIdConnectProviderRequest::builder,
                        this::untag),
                Operation.modeled(
                        "ListOpenIDConnectProviderTags",
                        ListOpenIdConnectProviderTagsRequest::builder,
                        this::listTags));
    }

    private OidcEdits edits() {
        return directory.oidcProviders();
    }

    private OidcProvider require(String arn, RequestContext context) {
        return directory
                .state(context.account())
                .oidcProvider(arn)
                .orElseThrow(() -> OidcEdits.missing(arn));
    }

    private CreateOpenIdConnectProviderResponse create(
            CreateOpenIdConnectProviderRequest input, RequestContext context) {
        OidcProvider provider =
                edits().create(
                                context.account(),
                                input.url(),
                                input.clientIDList(),
                                input.thumbprintList(),
                                Tags.of(Shapes.tags(input.tags())));
        CreateOpenIdConnectProviderResponse.Builder response =
                CreateOpenIdConnectProviderResponse.builder()
                        .openIDConnectProviderArn(provider.arn(context.account()));
        return provider.tags().isEmpty()
                ? response.build()
                : response.tags(Shapes.tags(provider.tags())).build();
    }

    private GetOpenIdConnectProviderResponse get(
            GetOpenIdConnectProviderRequest input, RequestContext context) {
        OidcProvider provider = require(input.openIDConnectProviderArn(), context);
        return GetOpenIdConnectProviderResponse.builder()
                .url(provider.name())
                .clientIDList(provider.clientIds())
                .thumbprintList(provider.thumbprints())
                .createDate(provider.createdAt())
                .tags(Shapes.tags(provider.tags()))
                .build();
    }

    private ListOpenIdConnectProvidersResponse list(
            ListOpenIdConnectProvidersRequest input, RequestContext context) {
        return ListOpenIdConnectProvidersResponse.builder()
                .openIDConnectProviderList(
                        directory.state(context.account()).oidcProviders().stream()
                                .map(
                                        provider ->
                                                OpenIDConnectProviderListEntry.builder()
                                                        .arn(provider.arn(context.account()))
                                                        .build())
                                .toList())
                .build();
    }

    private DeleteOpenIdConnectProviderResponse delete(
            DeleteOpenIdConnectProviderRequest input, RequestContext context) {
        edits().delete(context.account(), input.openIDConnectProviderArn());
        return DeleteOpenIdConnectProviderResponse.builder().build();
    }

    private UpdateOpenIdConnectProviderThumbprintResponse updateThumbprint(
            UpdateOpenIdConnectProviderThumbprintRequest input, RequestContext context) {
        edits().setThumbprints(
                        context.account(),
                        input.openIDConnectProviderArn(),
                        input.thumbprintList());
        return UpdateOpenIdConnectProviderThumbprintResponse.builder().build();
    }

    private AddClientIdToOpenIdConnectProviderResponse addClientId(
            AddClientIdToOpenIdConnectProviderRequest input, RequestContext context) {
        edits().addClientId(context.account(), input.openIDConnectProviderArn(), input.clientID());
        return AddClientIdToOpenIdConnectProviderResponse.builder().build();
    }

    private RemoveClientIdFromOpenIdConnectProviderResponse removeClientId(
            RemoveClientIdFromOpenIdConnectProviderRequest input, RequestContext context) {
        edits().removeClientId(
                        context.account(), input.openIDConnectProviderArn(), input.clientID());
        return RemoveClientIdFromOpenIdConnectProviderResponse.builder().build();
    }

    private TagOpenIdConnectProviderResponse tag(
            TagOpenIdConnectProviderRequest input, RequestContext context) {
        edits().tag(context.account(), input.openIDConnectProviderArn(), Shapes.tags(input.tags()));
        return TagOpenIdConnectProviderResponse.builder().build();
    }

    private UntagOpenIdConnectProviderResponse untag(
            UntagOpenIdConnectProviderRequest input, RequestContext context) {
        edits().untag(context.account(), input.openIDConnectProviderArn(), input.tagKeys());
        return UntagOpenIdConnectProviderResponse.builder().build();
    }

    private ListOpenIdConnectProviderTagsResponse listTags(
            ListOpenIdConnectProviderTagsRequest input, RequestContext context) {
        Page<Map.Entry<String, String>> page =
                Page.of(
                        require(input.openIDConnectProviderArn(), context).tags().entrySet(),
                        Map.Entry::getKey,
                        input.marker(),
                        input.maxItems());
        return ListOpenIdConnectProviderTagsResponse.builder()
                .tags(page.items().stream().map(Shapes::tag).toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }
}
