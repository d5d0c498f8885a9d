package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A user, group or role: what policies are attached to.
 *
 * @param path {@code /}, or begins and ends with it
 * @param id the unique id, such as {@code AROA…}: never used again, even if the name is
 * @param boundary the ARN of the permissions boundary
 * @param inline the documents of inline policies by their names
 * @param attached the ARNs of managed policies, in the order of attaching
 * @param groups of a user: the names of its groups
 * @param role present for roles
 */
public record IamEntity(
        Kind kind,
        String name,
        String path,
        String id,
        Instant createdAt,
        Map<String, String> tags,
        Optional<String> boundary,
        Map<String, String> inline,
        List<String> attached,
        List<String> groups,
        Optional<RolePart> role) {

    public IamEntity {
        tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        inline = Collections.unmodifiableMap(new TreeMap<>(inline));
        attached = List.copyOf(attached);
        groups = List.copyOf(groups);
    }

    /** The kinds, with what tells them apart in ARNs, ids and messages. */
    public enum Kind {
        USER("user", "User", "AIDA", 5_000, 2_048),
        GROUP("group", "Group", "AGPA", 300, 5_120),
        ROLE("role", "Role", "AROA", 1_000, 10_240);

        private final String noun;
        private final String title;
        private final String idPrefix;
        private final int most;
        private final int inlineBytes;

        Kind(String noun, String title, String idPrefix, int most, int inlineBytes) {
            this.noun = noun;
            this.title = title;
            this.idPrefix = idPrefix;
            this.most = most;
            this.inlineBytes = inlineBytes;
        }

        /** In lower case, as in ARNs. */
        public String noun() {
            return noun;
        }

        /** As messages begin. */
        public String title() {
            return title;
        }

        String idPrefix() {
            return idPrefix;
        }

        /** IAM quotas: how many an account may have. */
        public int most() {
            return most;
        }

        /** IAM quotas: characters of all inline policies together, white space not counted. */
        public int inlineBytes() {
            return inlineBytes;
        }
    }

    /**
     * What only roles have.
     *
     * @param trust the trust policy's document
     * @param maxSessionSeconds the longest session that may be asked for
     * @param linkedService the service whose service-linked role it is
     */
    public record RolePart(
            String trust,
            String description,
            int maxSessionSeconds,
            Optional<String> linkedService) {}

    public String arn(AccountId account) {
        return "arn:aws:iam::" + account + ":" + kind.noun + path + name;
    }

    /** The role's own part. */
    public RolePart rolePart() {
        return role.orElseThrow(() -> new IllegalStateException("not a role: " + name));
    }

    IamEntity named(String newName, String newPath) {
        return new IamEntity(
                kind, newName, newPath, id, createdAt, tags, boundary, inline, attached, groups,
                role);
    }

    IamEntity withTags(Map<String, String> newTags) {
        return new IamEntity(
                kind, name, path, id, createdAt, newTags, boundary, inline, attached, groups, role);
    }

    IamEntity withBoundary(Optional<String> newBoundary) {
        return new IamEntity(
                kind, name, path, id, createdAt, tags, newBoundary, inline, attached, groups, role);
    }

    IamEntity withInline(Map<String, String> newInline) {
        return new IamEntity(
                kind, name, path, id, createdAt, tags, boundary, newInline, attached, groups, role);
    }

    IamEntity withAttached(List<String> newAttached) {
        return new IamEntity(
                kind, name, path, id, createdAt, tags, boundary, inline, newAttached, groups, role);
    }

    IamEntity withGroups(List<String> newGroups) {
        return new IamEntity(
                kind, name, path, id, createdAt, tags, boundary, inline, attached, newGroups, role);
    }

    IamEntity withRole(RolePart newRole) {
        return new IamEntity(
                kind,
                name,
                path,
                id,
                createdAt,
                tags,
                boundary,
                inline,
                attached,
                groups,
                Optional.of(newRole));
    }

    /** A list with one more at its end; the same if it is there already. */
    static List<String> plus(List<String> list, String one) {
        if (list.contains(one)) {
            return list;
        }
        List<String> more = new ArrayList<>(list);
        more.add(one);
        return more;
    }

    static List<String> minus(List<String> list, String one) {
        return list.stream().filter(other -> !other.equals(one)).toList();
    }
}
