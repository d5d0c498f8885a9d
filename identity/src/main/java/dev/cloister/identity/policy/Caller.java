package dev.cloister.identity.policy;

import java.util.Map;
import java.util.Optional;

/** Who wants to do something. Each knows the condition keys that follow from it. */
public sealed interface Caller {

    /** The ARN as error messages name it. */
    String arn();

    /** The account that it belongs to; AWS services and anonymous callers belong to none. */
    Optional<String> account();

    /** The condition keys of the principal, such as {@code aws:PrincipalArn}. */
    ContextKeys keys();

    /** An account's root user. */
    record Root(Optional<String> account, String arn, ContextKeys keys) implements Caller {
        public static Root of(String account, String arn) {
            return new Root(
                    Optional.of(account),
                    arn,
                    CallerKeys.of(account, arn, "Account", account).build());
        }
    }

    /**
     * An IAM user.
     *
     * @param userId such as {@code AIDA…}
     */
    record User(Optional<String> account, String arn, String userId, ContextKeys keys)
            implements Caller {
        public static User of(
                String account, String arn, String userId, String name, Map<String, String> tags) {
            return new User(
                    Optional.of(account),
                    arn,
                    userId,
                    CallerKeys.of(account, arn, "User", userId)
                            .put("aws:username", name)
                            .putTags("aws:PrincipalTag/", tags)
                            .build());
        }
    }

    /**
     * A session of a role.
     *
     * @param arn the session's: {@code arn:aws:sts::…:assumed-role/role/session}
     * @param roleArn the role's: {@code arn:aws:iam::…:role/path/role}
     * @param roleId such as {@code AROA…}
     */
    record RoleSession(
            Optional<String> account, String arn, String roleArn, String roleId, ContextKeys keys)
            implements Caller {
        /** A session that nobody from elsewhere began. */
        public static RoleSession of(
                String account,
                String arn,
                String roleArn,
                String roleId,
                Map<String, String> tags,
                Optional<String> sourceIdentity) {
            return of(account, arn, roleArn, roleId, tags, sourceIdentity, Optional.empty());
        }

        /**
         * @param tags the role's, overridden by the session's
         * @param federatedProvider the ARN of the provider that vouched for the caller
         */
        public static RoleSession of(
                String account,
                String arn,
                String roleArn,
                String roleId,
                Map<String, String> tags,
                Optional<String> sourceIdentity,
                Optional<String> federatedProvider) {
            String sessionName = arn.substring(arn.lastIndexOf('/') + 1);
            return new RoleSession(
                    Optional.of(account),
                    arn,
                    roleArn,
                    roleId,
                    CallerKeys.of(account, roleArn, "AssumedRole", roleId + ":" + sessionName)
                            .put("aws:SourceIdentity", sourceIdentity)
                            .put("aws:FederatedProvider", federatedProvider)
                            .putTags("aws:PrincipalTag/", tags)
                            .build());
        }
    }

    /**
     * A service acting for a resource of somebody, such as {@code s3.amazonaws.com}; the request's
     * keys {@code aws:SourceArn} and {@code aws:SourceAccount} say for which.
     */
    record Service(String arn, ContextKeys keys) implements Caller {
        public static Service of(String name) {
            return new Service(
                    name,
                    ContextKeys.builder()
                            .put("aws:PrincipalIsAWSService", "true")
                            .put("aws:PrincipalServiceName", name)
                            .put("aws:PrincipalType", "Service")
                            .build());
        }

        @Override
        public Optional<String> account() {
            return Optional.empty();
        }
    }

    /**
     * Somebody whom an OpenID Connect provider vouches for, before it has a session.
     *
     * @param arn the provider's
     */
    record Federated(String arn, ContextKeys keys) implements Caller {
        public static Federated of(String providerArn) {
            return new Federated(
                    providerArn,
                    ContextKeys.builder()
                            .put("aws:FederatedProvider", providerArn)
                            .put("aws:PrincipalIsAWSService", "false")
                            .build());
        }

        @Override
        public Optional<String> account() {
            return Optional.empty();
        }
    }

    /**
     * A user who was deleted, or a session of a role that was: nothing is allowed to it, not even
     * what anyone may do.
     */
    record Gone(Optional<String> account, String arn, ContextKeys keys) implements Caller {
        public static Gone of(String account, String arn, String userId) {
            return new Gone(
                    Optional.of(account), arn, CallerKeys.of(account, arn, "Gone", userId).build());
        }
    }

    /** Somebody without credentials. */
    record Anonymous() implements Caller {
        private static final ContextKeys KEYS =
                ContextKeys.builder()
                        .put("aws:PrincipalType", "Anonymous")
                        .put("aws:userid", "anonymous")
                        .put("aws:PrincipalIsAWSService", "false")
                        .build();

        @Override
        public String arn() {
            return "anonymous";
        }

        @Override
        public Optional<String> account() {
            return Optional.empty();
        }

        @Override
        public ContextKeys keys() {
            return KEYS;
        }
    }
}
