package dev.cloister.identity.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.EntityEdits;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.IamErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;

/** What users, groups and roles have attached to them, read alike for the three. Thread-safe. */
final class Attachments {
    private final Directory directory;
    private final Kind kind;

    Attachments(Directory directory, Kind kind) {
        this.directory = directory;
        this.kind = kind;
    }

    EntityEdits edits() {
        return directory.entities();
    }

    /**
     * @throws dev.cloister.api.AwsError NoSuchEntity
     */
    IamEntity entity(String name, RequestContext context) {
        return entity(directory.state(context.account()), name);
    }

    private IamEntity entity(AccountState state, String name) {
        return state.find(kind, name).orElseThrow(() -> IamErrors.missing(kind, name));
    }

    /**
     * The document of an inline policy as the wire has it.
     *
     * @throws dev.cloister.api.AwsError NoSuchEntity
     */
    String inlineDocument(IamEntity entity, String policy) {
        return Optional.ofNullable(entity.inline().get(policy))
                .map(Shapes::encoded)
                .orElseThrow(() -> EntityEdits.missingInline(kind, policy));
    }

    Page<String> inlineNames(
            String name,
            @Nullable String marker,
            @Nullable Integer maxItems,
            RequestContext context) {
        return Page.of(entity(name, context).inline().keySet(), policy -> policy, marker, maxItems);
    }

    Page<AttachedPolicy> attachedPolicies(
            String name,
            @Nullable String pathPrefix,
            @Nullable String marker,
            @Nullable Integer maxItems,
            RequestContext context) {
        AccountState state = directory.state(context.account());
        List<AttachedPolicy> attached =
                Shapes.attached(state, entity(state, name)).stream()
                        .filter(
                                policy ->
                                        Shapes.under(
                                                pathPrefix,
                                                PolicyOperations.path(policy.policyArn())))
                        .toList();
        return Page.of(attached, AttachedPolicy::policyArn, marker, maxItems);
    }

    Page<Map.Entry<String, String>> tags(
            String name,
            @Nullable String marker,
            @Nullable Integer maxItems,
            RequestContext context) {
        return Page.of(
                entity(name, context).tags().entrySet(), Map.Entry::getKey, marker, maxItems);
    }

    void rename(
            String name,
            @Nullable String newName,
            @Nullable String newPath,
            RequestContext context) {
        edits().rename(
                        context.account(),
                        kind,
                        name,
                        Optional.ofNullable(newName),
                        Optional.ofNullable(newPath));
    }
}
