package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.identity.RandomIds;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.policy.PolicyKind;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Edits of users and groups, and of what users, groups and roles have in common. Thread-safe. */
public final class EntityEdits {
    /** IAM quotas. */
    public static final int MOST_ATTACHED = 10;

    public static final int MOST_GROUPS_PER_USER = 10;

    private final Directory directory;
    private final InstantSource clock;
    private final RandomIds ids;

    EntityEdits(Directory directory, InstantSource clock, RandomIds ids) {
        this.directory = directory;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Makes a user or group.
     *
     * @throws AwsError EntityAlreadyExists, LimitExceeded, NoSuchEntity for the boundary
     */
    public IamEntity create(
            AccountId account,
            Kind kind,
            String name,
            String path,
            Map<String, String> tags,
            Optional<String> boundary) {
        return directory.edit(
                account,
                edit -> {
                    IamEntity entity = fresh(edit, kind, name, path, tags, boundary);
                    edit.put(entity);
                    return entity;
                });
    }

    /** A new entity of any kind, checked and not yet put. */
    IamEntity fresh(
            Edit edit,
            Kind kind,
            String name,
            String path,
            Map<String, String> tags,
            Optional<String> boundary) {
        requireFree(edit, kind, name);
        if (edit.state().all(kind).size() >= kind.most()) {
            throw IamErrors.quota(kind.title() + "sPerAccount", kind.most());
        }
        boundary.ifPresent(arn -> requireBoundary(edit, arn));
        return new IamEntity(
                kind,
                name,
                path,
                ids.uniqueId(kind.idPrefix()),
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                tags,
                boundary,
                Map.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static void requireFree(Edit edit, Kind kind, String name) {
        if (edit.state().find(kind, name).isPresent()) {
            throw IamErrors.exists(kind.title() + " with name " + name + " already exists.");
        }
    }

    private static void requireBoundary(Edit edit, String arn) {
        if (edit.state().policy(arn).isEmpty()) {
            throw IamErrors.noSuchEntity(
                    "Scope ARN: " + arn + " does not exist or is not attachable.");
        }
    }

    /** Gives a user or group another name or path; everything attached stays. */
    public void rename(
            AccountId account,
            Kind kind,
            String name,
            Optional<String> newName,
            Optional<String> newPath) {
        directory.change(
                account,
                edit -> {
                    IamEntity entity = edit.require(kind, name);
                    String wanted = newName.orElse(entity.name());
                    if (!AccountState.key(wanted).equals(AccountState.key(name))) {
                        requireFree(edit, kind, wanted);
                    }
                    edit.remove(entity);
                    edit.put(entity.named(wanted, newPath.orElse(entity.path())));
                    if (kind == Kind.GROUP) {
                        for (IamEntity user : edit.state().members(entity.name())) {
                            edit.put(
                                    user.withGroups(
                                            IamEntity.plus(
                                                    IamEntity.minus(user.groups(), entity.name()),
                                                    wanted)));
                        }
                    }
                });
    }

    /**
     * Removes a user or group.
     *
     * @throws AwsError DeleteConflict if anything is attached to it, or it has or is a member
     */
    public void delete(AccountId account, Kind kind, String name) {
        directory.change(
                account,
                edit -> {
                    IamEntity entity = edit.require(kind, name);
                    requireBare(entity);
                    if (!entity.groups().isEmpty()) {
                        throw IamErrors.conflict(
                                "Cannot delete entity, must remove referenced objects first.");
                    }
                    if (kind == Kind.GROUP && !edit.state().members(name).isEmpty()) {
                        throw IamErrors.conflict(
                                "Cannot delete entity, must remove users from group first.");
                    }
                    edit.remove(entity);
                });
    }

    static void requireBare(IamEntity entity) {
        if (!entity.attached().isEmpty()) {
            throw IamErrors.conflict("Cannot delete entity, must detach all policies first.");
        }
        if (!entity.inline().isEmpty()) {
            throw IamErrors.conflict("Cannot delete entity, must delete policies first.");
        }
    }

    public void tag(AccountId account, Kind kind, String name, List<Tags.Tag> tags) {
        change(
                account,
                kind,
                name,
                (edit, entity) -> entity.withTags(Tags.plus(entity.tags(), tags)));
    }

    public void untag(AccountId account, Kind kind, String name, List<String> keys) {
        change(
                account,
                kind,
                name,
                (edit, entity) -> entity.withTags(Tags.minus(entity.tags(), keys)));
    }

    private void change(
            AccountId account, Kind kind, String name, BiFunction<Edit, IamEntity, IamEntity> to) {
        directory.change(account, edit -> edit.put(to.apply(edit, edit.require(kind, name))));
    }

    /** As {@link #change}, for what a service-linked role doesn't let anybody change. */
    private void changeEditable(
            AccountId account, Kind kind, String name, BiFunction<Edit, IamEntity, IamEntity> to) {
        change(
                account,
                kind,
                name,
                (edit, entity) -> {
                    requireEditable(entity);
                    return to.apply(edit, entity);
                });
    }

    /** Sets or removes the permissions boundary. */
    public void setBoundary(AccountId account, Kind kind, String name, Optional<String> boundary) {
        changeEditable(
                account,
                kind,
                name,
                (edit, entity) -> {
                    boundary.ifPresent(arn -> requireBoundary(edit, arn));
                    return entity.withBoundary(boundary);
                });
    }

    /**
     * Puts an inline policy, in the place of one of the same name.
     *
     * @throws AwsError MalformedPolicyDocument, LimitExceeded
     */
    public void putInline(
            AccountId account, Kind kind, String name, String policy, String document) {
        Documents.check(PolicyKind.IDENTITY, document);
        changeEditable(
                account,
                kind,
                name,
                (edit, entity) -> {
                    Map<String, String> inline = new TreeMap<>(entity.inline());
                    inline.put(policy, document);
                    long characters =
                            inline.values().stream().mapToLong(Documents::characters).sum();
                    if (characters > kind.inlineBytes()) {
                        throw IamErrors.limit(
                                "Maximum policy size of %d bytes exceeded for %s %s"
                                        .formatted(kind.inlineBytes(), kind.noun(), entity.name()));
                    }
                    return entity.withInline(inline);
                });
    }

    public void deleteInline(AccountId account, Kind kind, String name, String policy) {
        changeEditable(
                account,
                kind,
                name,
                (edit, entity) -> {
                    Map<String, String> inline = new TreeMap<>(entity.inline());
                    if (inline.remove(policy) == null) {
                        throw missingInline(kind, policy);
                    }
                    return entity.withInline(inline);
                });
    }

    /** The error for an inline policy that isn't there. */
    public static AwsError missingInline(Kind kind, String policy) {
        return IamErrors.noSuchEntity(
                "The " + kind.noun() + " policy with name " + policy + " cannot be found.");
    }

    public void attach(AccountId account, Kind kind, String name, String arn) {
        changeEditable(
                account,
                kind,
                name,
                (edit, entity) -> {
                    if (edit.state().policy(arn).isEmpty()) {
                        throw IamErrors.noSuchEntity(
                                "Policy " + arn + " does not exist or is not attachable.");
                    }
                    List<String> attached = IamEntity.plus(entity.attached(), arn);
                    if (attached.size() > MOST_ATTACHED) {
                        throw IamErrors.quota("PoliciesPer" + kind.title(), MOST_ATTACHED);
                    }
                    return entity.withAttached(attached);
                });
    }

    public void detach(AccountId account, Kind kind, String name, String arn) {
        changeEditable(
                account,
                kind,
                name,
                (edit, entity) -> {
                    if (!entity.attached().contains(arn)) {
                        throw IamErrors.missingPolicy(arn);
                    }
                    return entity.withAttached(IamEntity.minus(entity.attached(), arn));
                });
    }

    public void addToGroup(AccountId account, String user, String group) {
        directory.change(
                account,
                edit -> {
                    IamEntity found = edit.require(Kind.GROUP, group);
                    IamEntity entity = edit.require(Kind.USER, user);
                    List<String> groups = IamEntity.plus(entity.groups(), found.name());
                    if (groups.size() > MOST_GROUPS_PER_USER) {
                        throw IamErrors.quota("GroupsPerUser", MOST_GROUPS_PER_USER);
                    }
                    edit.put(entity.withGroups(groups));
                });
    }

    public void removeFromGroup(AccountId account, String user, String group) {
        directory.change(
                account,
                edit -> {
                    IamEntity found = edit.require(Kind.GROUP, group);
                    IamEntity entity = edit.require(Kind.USER, user);
                    if (!entity.groups().contains(found.name())) {
                        throw IamErrors.noSuchEntity(
                                "User " + user + " is not in group " + group + ".");
                    }
                    edit.put(entity.withGroups(IamEntity.minus(entity.groups(), found.name())));
                });
    }

    /** A service-linked role is its service's: IAM changes nothing of it. */
    static void requireEditable(IamEntity entity) {
        if (entity.role().flatMap(IamEntity.RolePart::linkedService).isPresent()) {
            throw IamErrors.unmodifiable(
                    "Cannot perform the operation on the protected role '"
                            + entity.name()
                            + "' - this role is only modifiable by AWS");
        }
    }
}
