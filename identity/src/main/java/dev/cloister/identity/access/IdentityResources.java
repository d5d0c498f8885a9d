package dev.cloister.identity.access;

import dev.cloister.api.AccountId;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.ManagedPolicy;
import dev.cloister.identity.policy.ResourcePolicy;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tags of users, roles and policies for decisions about them. Thread-safe. Their trust policies
 * are no policies of theirs as resources: only STS asks those.
 */
public final class IdentityResources implements ResourceAttributes {
    private static final Pattern ARN =
            Pattern.compile("arn:aws:iam::([0-9]{12}):(user|role|policy)/(?:.*/)?([^/]+)");

    private final Directory directory;

    public IdentityResources(Directory directory) {
        this.directory = directory;
    }

    @Override
    public Optional<ResourcePolicy> policy(String arn) {
        return Optional.empty();
    }

    @Override
    public Map<String, String> tags(String arn) {
        Matcher parts = ARN.matcher(arn);
        if (!parts.matches()) {
            return Map.of();
        }
        AccountState state = directory.state(new AccountId(parts.group(1)));
        String name = parts.group(3);
        return switch (parts.group(2)) {
            case "user" -> tags(state.find(Kind.USER, name));
            case "role" -> tags(state.find(Kind.ROLE, name));
            default -> state.policy(arn).map(ManagedPolicy::tags).orElse(Map.of());
        };
    }

    private static Map<String, String> tags(Optional<IamEntity> entity) {
        return entity.map(IamEntity::tags).orElse(Map.of());
    }
}
