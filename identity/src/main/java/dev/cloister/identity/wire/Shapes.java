package dev.cloister.identity.wire;

import dev.cloister.api.AccountId;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.RolePart;
import dev.cloister.identity.directory.ManagedPolicy;
import dev.cloister.identity.directory.RoleUses;
import dev.cloister.identity.directory.Tags;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.iam.model.AttachedPermissionsBoundary;
import software.amazon.awssdk.services.iam.model.AttachedPolicy;
import software.amazon.awssdk.services.iam.model.Group;
import software.amazon.awssdk.services.iam.model.Policy;
import software.amazon.awssdk.services.iam.model.PolicyVersion;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.iam.model.RoleLastUsed;
import software.amazon.awssdk.services.iam.model.Tag;
import software.amazon.awssdk.services.iam.model.User;

/** The directory's records in Amazon's types and back. */
final class Shapes {
    private Shapes() {}

    /** Documents come "compliant with RFC 3986", that is percent-encoded. */
    static String encoded(String document) {
        return URLEncoder.encode(document, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    static List<Tags.Tag> tags(List<Tag> tags) {
        return tags.stream().map(tag -> new Tags.Tag(tag.key(), tag.value())).toList();
    }

    static List<Tag> tags(Map<String, String> tags) {
        return tags.entrySet().stream().map(Shapes::tag).toList();
    }

    static Tag tag(Map.Entry<String, String> tag) {
        return Tag.builder().key(tag.getKey()).value(tag.getValue()).build();
    }

    static @Nullable AttachedPermissionsBoundary boundary(IamEntity entity) {
        return entity.boundary()
                .map(
                        arn ->
                                AttachedPermissionsBoundary.builder()
                                        .permissionsBoundaryType("Policy")
                                        .permissionsBoundaryArn(arn)
                                        .build())
                .orElse(null);
    }

    /** Tags are left out where there are none, and in lists. */
    static User.Builder user(AccountId account, IamEntity user) {
        return User.builder()
                .path(user.path())
                .userName(user.name())
                .userId(user.id())
                .arn(user.arn(account))
                .createDate(user.createdAt())
                .permissionsBoundary(boundary(user));
    }

    static User fullUser(AccountId account, IamEntity user) {
        User.Builder builder = user(account, user);
        return user.tags().isEmpty() ? builder.build() : builder.tags(tags(user.tags())).build();
    }

    static Group group(AccountId account, IamEntity group) {
        return Group.builder()
                .path(group.path())
                .groupName(group.name())
                .groupId(group.id())
                .arn(group.arn(account))
                .createDate(group.createdAt())
                .build();
    }

    static Role.Builder role(AccountId account, IamEntity role) {
        RolePart part = role.rolePart();
        return Role.builder()
                .path(role.path())
                .roleName(role.name())
                .roleId(role.id())
                .arn(role.arn(account))
                .createDate(role.createdAt())
                .assumeRolePolicyDocument(encoded(part.trust()))
                .description(part.description().isEmpty() ? null : part.description())
                .maxSessionDuration(part.maxSessionSeconds())
                .permissionsBoundary(boundary(role));
    }

    static Role fullRole(AccountId account, IamEntity role, RoleUses uses) {
        Role.Builder builder = role(account, role).roleLastUsed(lastUsed(role, uses));
        return role.tags().isEmpty() ? builder.build() : builder.tags(tags(role.tags())).build();
    }

    /** Empty for a role that nobody has used. */
    static RoleLastUsed lastUsed(IamEntity role, RoleUses uses) {
        return uses.of(role.id())
                .map(use -> RoleLastUsed.builder().lastUsedDate(use.at()).region(use.region()))
                .orElseGet(RoleLastUsed::builder)
                .build();
    }

    static Policy policy(AccountState state, ManagedPolicy policy) {
        Policy.Builder builder =
                Policy.builder()
                        .policyName(policy.name())
                        .policyId(policy.id())
                        .arn(policy.arn())
                        .path(policy.path())
                        .defaultVersionId(policy.defaultVersion())
                        .attachmentCount(state.attachedTo(policy.arn()).size())
                        .permissionsBoundaryUsageCount(state.boundTo(policy.arn()).size())
                        .isAttachable(true)
                        .createDate(policy.createdAt())
                        .updateDate(policy.updatedAt());
        if (!policy.description().isEmpty()) {
            builder.description(policy.description());
        }
        return policy.tags().isEmpty()
                ? builder.build()
                : builder.tags(tags(policy.tags())).build();
    }

    static PolicyVersion version(ManagedPolicy policy, ManagedPolicy.Version version) {
        return PolicyVersion.builder()
                .versionId(version.id())
                .isDefaultVersion(version.id().equals(policy.defaultVersion()))
                .createDate(version.createdAt())
                .build();
    }

    static PolicyVersion fullVersion(ManagedPolicy policy, ManagedPolicy.Version version) {
        return version(policy, version).toBuilder().document(encoded(version.document())).build();
    }

    static List<AttachedPolicy> attached(AccountState state, IamEntity entity) {
        return entity.attached().stream()
                .map(
                        arn ->
                                AttachedPolicy.builder()
                                        .policyArn(arn)
                                        .policyName(name(state, arn))
                                        .build())
                .toList();
    }

    /** Sets those fields of a response that one of another type has under the same names. */
    static <B extends SdkPojo> B copy(SdkPojo from, B to) {
        Map<String, SdkField<?>> fields = new HashMap<>();
        from.sdkFields().forEach(field -> fields.put(field.memberName(), field));
        for (SdkField<?> field : to.sdkFields()) {
            SdkField<?> same = fields.get(field.memberName());
            if (same != null) {
                field.set(to, same.getValueOrDefault(from));
            }
        }
        return to;
    }

    static String name(AccountState state, String policyArn) {
        return state.policy(policyArn)
                .map(ManagedPolicy::name)
                .orElseGet(() -> policyArn.substring(policyArn.lastIndexOf('/') + 1));
    }

    static String path(@Nullable String path) {
        return Optional.ofNullable(path).orElse("/");
    }

    static boolean under(@Nullable String prefix, String path) {
        return prefix == null || path.startsWith(prefix);
    }
}
