package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.identity.RandomIds;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.IamEntity.RolePart;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Edits of what only roles have. Thread-safe. */
public final class RoleEdits {
    /** CreateRole: the default of MaxSessionDuration. */
    public static final int DEFAULT_SESSION_SECONDS = 3_600;

    /** IAM quotas: "Role trust policy length", the highest that can be asked for. */
    static final int MOST_TRUST_CHARACTERS = 4_096;

    private static final String LINKED_PATH = "/aws-service-role/";

    /** The names of the roles that services make for themselves, where it isn't their own. */
    private static final Map<String, String> LINKED_NAMES =
            Map.of(
                    "lambda.amazonaws.com", "AWSServiceRoleForLambda",
                    "replicator.lambda.amazonaws.com", "AWSServiceRoleForLambdaReplicator",
                    "apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway",
                    "ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway",
                    "events.amazonaws.com", "AWSServiceRoleForCloudWatchEvents");

    private final Directory directory;
    private final EntityEdits entities;

    RoleEdits(Directory directory, InstantSource clock, RandomIds ids) {
        this.directory = directory;
        this.entities = new EntityEdits(directory, clock, ids);
    }

    /**
     * What CreateRole says of a role.
     *
     * @param boundary the ARN of the permissions boundary
     */
    public record NewRole(
            String name,
            String path,
            String trust,
            String description,
            int maxSessionSeconds,
            Map<String, String> tags,
            Optional<String> boundary) {}

    /**
     * @throws AwsError EntityAlreadyExists, MalformedPolicyDocument, LimitExceeded, NoSuchEntity
     */
    public IamEntity create(AccountId account, NewRole role) {
        return directory.edit(
                account,
                edit -> {
                    Documents.checkTrust(edit.state(), role.trust);
                    IamEntity entity =
                            entities.fresh(
                                            edit,
                                            Kind.ROLE,
                                            role.name,
                                            role.path,
                                            role.tags,
                                            role.boundary)
                                    .withRole(
                                            new RolePart(
                                                    role.trust,
                                                    role.description,
                                                    role.maxSessionSeconds,
                                                    Optional.empty()));
                    edit.put(entity);
                    return entity;
                });
    }

    public IamEntity update(
            AccountId account, String name, Optional<String> description, Optional<Integer> max) {
        return directory.edit(
                account,
                edit -> {
                    IamEntity role = edit.require(Kind.ROLE, name);
                    EntityEdits.requireEditable(role);
                    RolePart part = role.rolePart();
                    IamEntity changed =
                            role.withRole(
                                    new RolePart(
                                            part.trust(),
                                            description.orElse(part.description()),
                                            max.orElse(part.maxSessionSeconds()),
                                            part.linkedService()));
                    edit.put(changed);
                    return changed;
                });
    }

    public void updateTrust(AccountId account, String name, String trust) {
        directory.change(
                account,
                edit -> {
                    IamEntity role = edit.require(Kind.ROLE, name);
                    EntityEdits.requireEditable(role);
                    Documents.checkTrust(edit.state(), trust);
                    RolePart part = role.rolePart();
                    edit.put(
                            role.withRole(
                                    new RolePart(
                                            trust,
                                            part.description(),
                                            part.maxSessionSeconds(),
                                            part.linkedService())));
                });
    }

    public void delete(AccountId account, String name) {
        directory.change(
                account,
                edit -> {
                    IamEntity role = edit.require(Kind.ROLE, name);
                    EntityEdits.requireEditable(role);
                    EntityEdits.requireBare(role);
                    edit.remove(role);
                });
    }

    /**
     * Makes the role that a service acts by in the account.
     *
     * @throws AwsError InvalidInput if it is there already
     */
    public IamEntity createLinked(
            AccountId account, String service, Optional<String> suffix, String description) {
        String base = LINKED_NAMES.getOrDefault(service, "AWSServiceRoleFor" + title(service));
        String name = base + suffix.map(text -> "_" + text).orElse("");
        String trust =
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":\
                {"Service":"%s"},"Action":"sts:AssumeRole"}]}"""
                        .formatted(service);
        return directory.edit(
                account,
                edit -> {
                    if (edit.state().find(Kind.ROLE, name).isPresent()) {
                        throw IamErrors.invalid(
                                "Service role name "
                                        + name
                                        + " has been taken in this account, please try a different"
                                        + " suffix.");
                    }
                    Documents.checkTrust(edit.state(), trust);
                    IamEntity role =
                            entities.fresh(
                                            edit,
                                            Kind.ROLE,
                                            name,
                                            LINKED_PATH + service + "/",
                                            Map.of(),
                                            Optional.empty())
                                    .withRole(
                                            new RolePart(
                                                    trust,
                                                    description,
                                                    DEFAULT_SESSION_SECONDS,
                                                    Optional.of(service)));
                    edit.put(role);
                    return role;
                });
    }

    private static String title(String service) {
        String name = service.substring(0, service.indexOf('.'));
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    public void deleteLinked(AccountId account, String name) {
        directory.change(
                account,
                edit -> {
                    IamEntity role = edit.require(Kind.ROLE, name);
                    if (role.rolePart().linkedService().isEmpty()) {
                        throw IamErrors.missing(Kind.ROLE, name);
                    }
                    edit.remove(role);
                });
    }
}
