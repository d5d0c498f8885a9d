package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.ManagedPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.iam.model.EntityType;
import software.amazon.awssdk.services.iam.model.GetAccountAuthorizationDetailsRequest;
import software.amazon.awssdk.services.iam.model.GetAccountAuthorizationDetailsResponse;
import software.amazon.awssdk.services.iam.model.GroupDetail;
import software.amazon.awssdk.services.iam.model.ManagedPolicyDetail;
import software.amazon.awssdk.services.iam.model.PolicyDetail;
import software.amazon.awssdk.services.iam.model.RoleDetail;
import software.amazon.awssdk.services.iam.model.UserDetail;

/** IAM's report of everything in an account. Thread-safe. */
final class AccountOperations {
    private final Directory directory;

    AccountOperations(Directory directory) {
        this.directory = directory;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "GetAccountAuthorizationDetails",
                        GetAccountAuthorizationDetailsRequest::builder,
                        this::getAccountAuthorizationDetails));
    }

    /** A user, group, role or policy, with its place in the report. */
    private record Item(String place, Optional<IamEntity> entity, Optional<ManagedPolicy> policy) {
        static Item of(IamEntity entity) {
            return new Item(
                    entity.kind().noun() + "/" + entity.name(),
                    Optional.of(entity),
                    Optional.empty());
        }

        static Item of(ManagedPolicy policy) {
            return new Item("policy/" + policy.arn(), Optional.empty(), Optional.of(policy));
        }
    }

    private GetAccountAuthorizationDetailsResponse getAccountAuthorizationDetails(
            GetAccountAuthorizationDetailsRequest input, RequestContext context) {
        AccountState state = directory.state(context.account());
        Page<Item> page =
                Page.of(
                        items(state, input.filter()),
                        Item::place,
                        input.marker(),
                        input.maxItems());
        return GetAccountAuthorizationDetailsResponse.builder()
                .userDetailList(of(page, Kind.USER).map(one -> user(state, one)).toList())
                .groupDetailList(of(page, Kind.GROUP).map(one -> group(state, one)).toList())
                .roleDetailList(of(page, Kind.ROLE).map(one -> role(state, one)).toList())
                .policies(
                        page.items().stream()
                                .flatMap(item -> item.policy.stream())
                                .map(policy -> policy(state, policy))
                                .toList())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private static Stream<IamEntity> of(Page<Item> page, Kind kind) {
        return page.items().stream()
                .flatMap(item -> item.entity.stream())
                .filter(entity -> entity.kind() == kind);
    }

    private static Collection<Item> items(AccountState state, List<EntityType> filter) {
        List<Item> items = new ArrayList<>();
        add(items, state.all(Kind.USER), filter, EntityType.USER);
        add(items, state.all(Kind.GROUP), filter, EntityType.GROUP);
        add(items, state.all(Kind.ROLE), filter, EntityType.ROLE);
        if (wanted(filter, EntityType.LOCAL_MANAGED_POLICY)) {
            state.ownPolicies().forEach(policy -> items.add(Item.of(policy)));
        }
        if (wanted(filter, EntityType.AWS_MANAGED_POLICY)) {
            state.awsManagedPolicies().stream()
                    .filter(policy -> !state.attachedTo(policy.arn()).isEmpty())
                    .forEach(policy -> items.add(Item.of(policy)));
        }
        return items;
    }

    private static void add(
            List<Item> items,
            Collection<IamEntity> entities,
            List<EntityType> filter,
            EntityType type) {
        if (wanted(filter, type)) {
            entities.forEach(entity -> items.add(Item.of(entity)));
        }
    }

    private static boolean wanted(List<EntityType> filter, EntityType type) {
        return filter.isEmpty() || filter.contains(type);
    }

    private static List<PolicyDetail> inline(IamEntity entity) {
        return entity.inline().entrySet().stream()
                .map(
                        policy ->
                                PolicyDetail.builder()
                                        .policyName(policy.getKey())
                                        .policyDocument(Shapes.encoded(policy.getValue()))
                                        .build())
                .toList();
    }

    private static UserDetail user(AccountState state, IamEntity user) {
        return Shapes.copy(Shapes.user(state.account(), user).build(), UserDetail.builder())
                .userPolicyList(inline(user))
                .groupList(user.groups())
                .attachedManagedPolicies(Shapes.attached(state, user))
                .tags(Shapes.tags(user.tags()))
                .build();
    }

    private static GroupDetail group(AccountState state, IamEntity group) {
        return Shapes.copy(Shapes.group(state.account(), group), GroupDetail.builder())
                .groupPolicyList(inline(group))
                .attachedManagedPolicies(Shapes.attached(state, group))
                .build();
    }

    private RoleDetail role(AccountState state, IamEntity role) {
        return Shapes.copy(Shapes.role(state.account(), role).build(), RoleDetail.builder())
                .instanceProfileList(List.of())
                .rolePolicyList(inline(role))
                .attachedManagedPolicies(Shapes.attached(state, role))
                .tags(Shapes.tags(role.tags()))
                .roleLastUsed(Shapes.lastUsed(role, directory.roleUses()))
                .build();
    }

    private static ManagedPolicyDetail policy(AccountState state, ManagedPolicy policy) {
        return Shapes.copy(Shapes.policy(state, policy), ManagedPolicyDetail.builder())
                .policyVersionList(
                        policy.versions().reversed().stream()
                                .map(version -> Shapes.fullVersion(policy, version))
                                .toList())
                .build();
    }
}
