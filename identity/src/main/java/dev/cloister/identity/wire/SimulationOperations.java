package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.access.KnownCaller;
import dev.cloister.identity.directory.IamErrors;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.Decision;
import dev.cloister.identity.policy.Decision.StatementRef;
import dev.cloister.identity.policy.MalformedPolicyException;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.PolicySet;
import dev.cloister.identity.policy.ResourcePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.ContextEntry;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PermissionsBoundaryDecisionDetail;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;
import software.amazon.awssdk.services.iam.model.SimulateCustomPolicyRequest;
import software.amazon.awssdk.services.iam.model.SimulateCustomPolicyResponse;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyRequest;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyResponse;
import software.amazon.awssdk.services.iam.model.Statement;

/**
 * IAM's policy simulator: the decisions that requests would get, without any request. Thread-safe.
 */
final class SimulationOperations {
    private static final String CUSTOM_INPUT = "PolicyInputList.";

    private final Callers callers;

    SimulationOperations(Callers callers) {
        this.callers = callers;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "SimulateCustomPolicy",
                        SimulateCustomPolicyRequest::builder,
                        this::simulateCustomPolicy),
                Operation.modeled(
                        "SimulatePrincipalPolicy",
                        SimulatePrincipalPolicyRequest::builder,
                        this::simulatePrincipalPolicy));
    }

    /** A simulation: who, by which policies, with which keys. */
    private record Setting(
            Caller caller,
            CallerPolicies own,
            Optional<ResourcePolicy> resource,
            Optional<String> owner,
            ContextKeys context) {}

    private SimulateCustomPolicyResponse simulateCustomPolicy(
            SimulateCustomPolicyRequest input, RequestContext context) {
        Setting setting =
                new Setting(
                        simulated(input.callerArn(), context),
                        new CallerPolicies(
                                set(PolicyKind.IDENTITY, input.policyInputList()),
                                boundary(input.permissionsBoundaryPolicyInputList()),
                                Optional.empty()),
                        resource(input.resourcePolicy()),
                        owner(input.resourceOwner()),
                        keys(input.contextEntries()));
        Page<EvaluationResult> page =
                page(
                        results(setting, input.actionNames(), input.resourceArns()),
                        input.marker(),
                        input.maxItems());
        return SimulateCustomPolicyResponse.builder()
                .evaluationResults(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private SimulatePrincipalPolicyResponse simulatePrincipalPolicy(
            SimulatePrincipalPolicyRequest input, RequestContext context) {
        KnownCaller known =
                callers.ofArn(context.account(), input.policySourceArn())
                        .orElseThrow(
                                () ->
                                        IamErrors.noSuchEntity(
                                                "Entity "
                                                        + input.policySourceArn()
                                                        + " cannot be found."));
        CallerPolicies own =
                new CallerPolicies(
                        input.policyInputList().isEmpty()
                                ? known.policies().identity()
                                : known.policies()
                                        .identity()
                                        .plus(
                                                policies(
                                                        PolicyKind.IDENTITY,
                                                        input.policyInputList())),
                        input.permissionsBoundaryPolicyInputList().isEmpty()
                                ? known.policies().boundary()
                                : boundary(input.permissionsBoundaryPolicyInputList()),
                        Optional.empty());
        Setting setting =
                new Setting(
                        known.caller(),
                        own,
                        resource(input.resourcePolicy()),
                        owner(input.resourceOwner()),
                        keys(input.contextEntries()));
        Page<EvaluationResult> page =
                page(
                        results(setting, input.actionNames(), input.resourceArns()),
                        input.marker(),
                        input.maxItems());
        return SimulatePrincipalPolicyResponse.builder()
                .evaluationResults(page.items())
                .isTruncated(page.isTruncated())
                .marker(page.next())
                .build();
    }

    private static Caller simulated(@Nullable String arn, RequestContext context) {
        String account = context.account().value();
        String caller = arn == null ? "arn:aws:iam::" + account + ":user/simulated" : arn;
        if (!caller.matches("arn:aws:iam::[0-9]{12}:user/.+")) {
            throw IamErrors.invalid("The caller " + caller + " is not the ARN of a user.");
        }
        String owner = caller.substring(13, 25);
        return Caller.User.of(
                owner, caller, caller, caller.substring(caller.lastIndexOf('/') + 1), Map.of());
    }

    private static PolicySet set(PolicyKind kind, List<String> documents) {
        return PolicySet.of(policies(kind, documents));
    }

    private static List<Policy> policies(PolicyKind kind, List<String> documents) {
        List<Policy> policies = new ArrayList<>();
        for (String document : documents) {
            policies.add(parse(kind, CUSTOM_INPUT + (policies.size() + 1), document));
        }
        return policies;
    }

    private static Policy parse(PolicyKind kind, String name, String document) {
        try {
            return Policy.parse(kind, name, document);
        } catch (MalformedPolicyException e) {
            throw IamErrors.invalid(e.reason());
        }
    }

    private static Optional<PolicySet> boundary(List<String> documents) {
        return documents.isEmpty()
                ? Optional.empty()
                : Optional.of(set(PolicyKind.BOUNDARY, documents));
    }

    private static Optional<ResourcePolicy> resource(@Nullable String document) {
        return Optional.ofNullable(document)
                .map(
                        text ->
                                ResourcePolicy.sufficient(
                                        parse(PolicyKind.RESOURCE, "ResourcePolicy", text)));
    }

    private static Optional<String> owner(@Nullable String arn) {
        return Optional.ofNullable(arn)
                .map(text -> text.split(":", -1))
                .filter(parts -> parts.length > 4)
                .map(parts -> parts[4]);
    }

    private static ContextKeys keys(List<ContextEntry> entries) {
        ContextKeys.Builder keys = ContextKeys.builder();
        for (ContextEntry entry : entries) {
            keys.put(entry.contextKeyName(), entry.contextKeyValues());
        }
        return keys.build();
    }

    private static List<EvaluationResult> results(
            Setting setting, List<String> actions, List<String> resources) {
        List<EvaluationResult> results = new ArrayList<>();
        for (String action : actions) {
            for (String resource : resources.isEmpty() ? List.of("*") : resources) {
                results.add(result(setting, action, resource));
            }
        }
        return results;
    }

    private static EvaluationResult result(Setting setting, String action, String resource) {
        AccessRequest request = new AccessRequest(action, resource, setting.owner, setting.context);
        Decision decision =
                PolicyEvaluator.decide(setting.caller, setting.own, setting.resource, request);
        EvaluationResult.Builder result =
                EvaluationResult.builder()
                        .evalActionName(action)
                        .evalResourceName(resource)
                        .missingContextValues(missing(setting));
        if (setting.own.boundary().isPresent()) {
            boolean allowed =
                    PolicyEvaluator.decide(
                                    setting.caller,
                                    CallerPolicies.identity(setting.own.boundary().get()),
                                    Optional.empty(),
                                    request)
                            .isAllowed();
            result.permissionsBoundaryDecisionDetail(
                    PermissionsBoundaryDecisionDetail.builder()
                            .allowedByPermissionsBoundary(allowed)
                            .build());
        }
        return switch (decision) {
            case Decision.Allowed allowed ->
                    result.evalDecision(PolicyEvaluationDecisionType.ALLOWED)
                            .matchedStatements(
                                    allowed.by().stream()
                                            .map(SimulationOperations::statement)
                                            .toList())
                            .build();
            case Decision.ExplicitDeny deny ->
                    result.evalDecision(PolicyEvaluationDecisionType.EXPLICIT_DENY)
                            .matchedStatements(statement(deny.by()))
                            .build();
            case Decision.ImplicitDeny implicit ->
                    result.evalDecision(PolicyEvaluationDecisionType.IMPLICIT_DENY)
                            .matchedStatements(List.of())
                            .build();
        };
    }

    private static Statement statement(StatementRef by) {
        return Statement.builder()
                .sourcePolicyId(by.policy())
                .sourcePolicyType(
                        switch (by.kind()) {
                            case RESOURCE, TRUST -> "resource";
                            case IDENTITY, BOUNDARY, SESSION -> "IAM Policy";
                        })
                .build();
    }

    /** The keys that policies ask for and the simulation doesn't say. */
    private static List<String> missing(Setting setting) {
        List<PolicySet> sets = new ArrayList<>(List.of(setting.own.identity()));
        setting.own.boundary().ifPresent(sets::add);
        setting.resource.map(ResourcePolicy::policies).ifPresent(sets::add);
        return sets.stream()
                .flatMap(set -> set.conditionKeys().stream())
                .distinct()
                .filter(key -> setting.context.get(key).isEmpty())
                .filter(key -> setting.caller.keys().get(key).isEmpty())
                .sorted()
                .toList();
    }

    private static Page<EvaluationResult> page(
            List<EvaluationResult> all, @Nullable String marker, @Nullable Integer maxItems) {
        List<Numbered> numbered = new ArrayList<>();
        for (EvaluationResult result : all) {
            numbered.add(new Numbered("%08d".formatted(numbered.size()), result));
        }
        Page<Numbered> page = Page.of(numbered, Numbered::number, marker, maxItems);
        return new Page<>(page.items().stream().map(Numbered::result).toList(), page.marker());
    }

    private record Numbered(String number, EvaluationResult result) {}
}
