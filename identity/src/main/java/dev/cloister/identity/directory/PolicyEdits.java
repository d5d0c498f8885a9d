package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.identity.RandomIds;
import dev.cloister.identity.directory.ManagedPolicy.Version;
import dev.cloister.identity.policy.PolicyKind;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Edits of the account's own managed policies. Thread-safe. */
public final class PolicyEdits {
    /** IAM quotas. */
    public static final int MOST_POLICIES = 1_500;

    public static final int MOST_CHARACTERS = 6_144;

    private final Directory directory;
    private final InstantSource clock;
    private final RandomIds ids;

    PolicyEdits(Directory directory, InstantSource clock, RandomIds ids) {
        this.directory = directory;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * @throws AwsError EntityAlreadyExists, MalformedPolicyDocument, LimitExceeded
     */
    public ManagedPolicy create(
            AccountId account,
            String name,
            String path,
            String document,
            String description,
            Map<String, String> tags) {
        check(document);
        return directory.edit(
                account,
                edit -> {
                    boolean taken =
                            edit.state().ownPolicies().stream()
                                    .anyMatch(policy -> policy.name().equalsIgnoreCase(name));
                    if (taken) {
                        throw IamErrors.exists(
                                "A policy called "
                                        + name
                                        + " already exists. Duplicate names are not allowed.");
                    }
                    if (edit.state().ownPolicies().size() >= MOST_POLICIES) {
                        throw IamErrors.quota("PoliciesPerAccount", MOST_POLICIES);
                    }
                    Instant now = now();
                    ManagedPolicy policy =
                            new ManagedPolicy(
                                    "arn:aws:iam::" + account + ":policy" + path + name,
                                    name,
                                    path,
                                    ids.uniqueId("ANPA"),
                                    description,
                                    now,
                                    now,
                                    tags,
                                    "v1",
                                    2,
                                    List.of(new Version("v1", document, now)));
                    edit.put(policy);
                    return policy;
                });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static void check(String document) {
        Documents.check(PolicyKind.IDENTITY, document);
        if (Documents.characters(document) > MOST_CHARACTERS) {
            throw IamErrors.quota("PolicySize", MOST_CHARACTERS);
        }
    }

    /** The account's own policy of an ARN: AWS's are nobody's to change. */
    private static ManagedPolicy own(Edit edit, String arn) {
        ManagedPolicy policy =
                edit.state().policy(arn).orElseThrow(() -> IamErrors.missingPolicy(arn));
        if (policy.isAwsManaged()) {
            throw new AwsError(
                    "AccessDenied", 403, "Policy is outside your own account: " + arn + ".");
        }
        return policy;
    }

    public void delete(AccountId account, String arn) {
        directory.change(
                account,
                edit -> {
                    ManagedPolicy policy = own(edit, arn);
                    if (!edit.state().attachedTo(arn).isEmpty()
                            || !edit.state().boundTo(arn).isEmpty()) {
                        throw IamErrors.conflict("Cannot delete a policy attached to entities.");
                    }
                    if (policy.versions().size() > 1) {
                        throw IamErrors.conflict(
                                "This policy has more than one version. Before you delete a policy,"
                                        + " you must delete the policy's versions. The default version"
                                        + " is deleted with the policy.");
                    }
                    edit.remove(policy);
                });
    }

    /** Adds a version and says which it is. */
    public Version createVersion(
            AccountId account, String arn, String document, DefaultVersion becomes) {
        check(document);
        return directory.edit(
                account,
                edit -> {
                    ManagedPolicy policy = own(edit, arn);
                    if (policy.versions().size() >= ManagedPolicy.MOST_VERSIONS) {
                        throw IamErrors.limit(
                                "A managed policy can have up to 5 versions. Before you create a"
                                        + " new version, you must delete an existing version.");
                    }
                    Version version = new Version("v" + policy.nextVersion(), document, now());
                    List<Version> versions = new ArrayList<>(policy.versions());
                    versions.add(version);
                    String newDefault =
                            switch (becomes) {
                                case THE_NEW_ONE -> version.id();
                                case AS_BEFORE -> policy.defaultVersion();
                            };
                    edit.put(policy.with(newDefault, policy.nextVersion() + 1, versions, now()));
                    return version;
                });
    }

    /** What a new version makes of the default. */
    public enum DefaultVersion {
        THE_NEW_ONE,
        AS_BEFORE
    }

    public void setDefault(AccountId account, String arn, String version) {
        directory.change(
                account,
                edit -> {
                    ManagedPolicy policy = own(edit, arn);
                    require(policy, version);
                    edit.put(policy.with(version, policy.nextVersion(), policy.versions(), now()));
                });
    }

    public void deleteVersion(AccountId account, String arn, String version) {
        directory.change(
                account,
                edit -> {
                    ManagedPolicy policy = own(edit, arn);
                    Version found = require(policy, version);
                    if (policy.defaultVersion().equals(version)) {
                        throw IamErrors.conflict("Cannot delete the default version of a policy.");
                    }
                    List<Version> versions = new ArrayList<>(policy.versions());
                    versions.remove(found);
                    edit.put(
                            policy.with(
                                    policy.defaultVersion(),
                                    policy.nextVersion(),
                                    versions,
                                    now()));
                });
    }

    /** A version, or NoSuchEntity. */
    public static Version require(ManagedPolicy policy, String version) {
        return policy.version(version)
                .orElseThrow(
                        () ->
                                IamErrors.noSuchEntity(
                                        "Policy %s version %s does not exist or is not attachable."
                                                .formatted(policy.arn(), version)));
    }

    public void tag(AccountId account, String arn, List<Tags.Tag> tags) {
        directory.change(
                account,
                edit -> {
                    ManagedPolicy policy = own(edit, arn);
                    edit.put(policy.withTags(Tags.plus(policy.tags(), tags)));
                });
    }

    public void untag(AccountId account, String arn, List<String> keys) {
        directory.change(
                account,
                edit -> {
                    ManagedPolicy policy = own(edit, arn);
                    edit.put(policy.withTags(Tags.minus(policy.tags(), keys)));
                });
    }
}
