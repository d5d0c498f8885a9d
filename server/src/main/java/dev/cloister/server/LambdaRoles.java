package dev.cloister.server;

import dev.cloister.functions.ExecutionRoles;
import dev.cloister.identity.RoleArn;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.PolicyEvaluator;

/** What functions' roles are good for, by the identities and their policies. Thread-safe. */
final class LambdaRoles implements ExecutionRoles {
    private final dev.cloister.identity.access.ExecutionRoles roles;
    private final Callers callers;

    LambdaRoles(dev.cloister.identity.access.ExecutionRoles roles, Callers callers) {
        this.roles = roles;
        this.callers = callers;
    }

    @Override
    public boolean assumable(String roleArn, String functionArn) {
        return roles.assumable(roleArn, functionArn);
    }

    @Override
    public boolean allows(String roleArn, String functionName, String action, String resourceArn) {
        // Across accounts the resource's policy has to allow too, when the role sends.
        return callers.ofRole(roleArn, functionName)
                .filter(
                        role ->
                                PolicyEvaluator.decide(
                                                role.caller(),
                                                role.policies(),
                                                java.util.Optional.empty(),
                                                new AccessRequest(
                                                        action,
                                                        resourceArn,
                                                        RoleArn.parse(roleArn)
                                                                .map(arn -> arn.account().value()),
                                                        ContextKeys.NONE))
                                        .isAllowed())
                .isPresent();
    }
}
