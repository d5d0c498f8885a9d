package dev.cloister.identity.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.identity.policy.NaiveEvaluator.Answer;
import dev.cloister.identity.policy.NaiveEvaluator.Policies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What holds of every decision, tried with policies by chance. A failure names its seed. */
final class PolicyPropertiesTest {
    private static final int ROUNDS = 5_000;

    @Test
    void theCompiledFormDecidesAsTheNaiveOne() {
        Map<Answer, Integer> seen = new EnumMap<>(Answer.class);
        for (long seed = 0; seed < ROUNDS; seed++) {
            GeneratedPolicies generated = new GeneratedPolicies(seed);
            Caller caller = generated.caller();
            AccessRequest request = generated.request();
            Policies policies = generated.policies();
            Answer expected = new NaiveEvaluator(caller, request).decide(policies);
            assertThat(decide(caller, policies, request))
                    .as("seed %d: %s %s %s", seed, caller, request, policies)
                    .isEqualTo(expected);
            seen.merge(expected, 1, Integer::sum);
        }
        // Were one of them rare, the comparison would say little of it.
        assertThat(seen).hasSize(Answer.values().length);
        assertThat(seen.values()).allMatch(count -> count > 20);
    }

    @Test
    void aDenyIsNeverUndoneByAddingAllows() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            GeneratedPolicies generated = new GeneratedPolicies(seed);
            Caller caller = generated.caller();
            AccessRequest request = generated.request();
            Policies policies = generated.policies();
            if (decide(caller, policies, request) != Answer.EXPLICIT_DENY) {
                continue;
            }
            List<String> more = new ArrayList<>(policies.identity());
            more.add(
                    GeneratedPolicies.document(
                            List.of(
                                    "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}",
                                    generated.statement(PolicyKind.IDENTITY, "Allow"))));
            assertThat(decide(caller, with(policies, more), request))
                    .as("seed %d", seed)
                    .isEqualTo(Answer.EXPLICIT_DENY);
        }
    }

    @Test
    void anUnrelatedStatementChangesNothing() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            GeneratedPolicies generated = new GeneratedPolicies(seed);
            Caller caller = generated.caller();
            AccessRequest request = generated.request();
            Policies policies = generated.policies();
            String effect = generated.one(List.of("Allow", "Deny"));
            List<String> more = new ArrayList<>(policies.identity());
            more.add(
                    GeneratedPolicies.document(
                            List.of(
                                    "{\"Effect\":\"%s\",\"Action\":\"kms:*\",\"Resource\":\"*\"}"
                                            .formatted(effect))));
            assertThat(decide(caller, with(policies, more), request))
                    .as("seed %d", seed)
                    .isEqualTo(decide(caller, policies, request));
        }
    }

    @Test
    void aBoundaryNeverGrants() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            GeneratedPolicies generated = new GeneratedPolicies(seed);
            Caller caller = generated.caller();
            AccessRequest request = generated.request();
            Policies policies = generated.policies();
            Policies unbound =
                    new Policies(
                            policies.identity(),
                            Optional.empty(),
                            policies.session(),
                            policies.resource(),
                            policies.role());
            if (decide(caller, unbound, request) != Answer.ALLOWED) {
                assertThat(decide(caller, policies, request))
                        .as("seed %d", seed)
                        .isNotEqualTo(Answer.ALLOWED);
            }
        }
    }

    @Test
    void theOrderOfPoliciesDoesNotMatter() {
        for (long seed = 0; seed < ROUNDS; seed++) {
            GeneratedPolicies generated = new GeneratedPolicies(seed);
            Caller caller = generated.caller();
            AccessRequest request = generated.request();
            Policies policies = generated.policies();
            List<String> reversed = new ArrayList<>(policies.identity());
            Collections.reverse(reversed);
            assertThat(decide(caller, with(policies, reversed), request))
                    .as("seed %d", seed)
                    .isEqualTo(decide(caller, policies, request));
        }
    }

    private static Policies with(Policies policies, List<String> identity) {
        return new Policies(
                identity,
                policies.boundary(),
                policies.session(),
                policies.resource(),
                policies.role());
    }

    private static Answer decide(Caller caller, Policies policies, AccessRequest request) {
        CallerPolicies own =
                new CallerPolicies(
                        PolicySet.of(
                                policies.identity().stream()
                                        .map(json -> policy(PolicyKind.IDENTITY, json))
                                        .toList()),
                        policies.boundary()
                                .map(json -> PolicySet.of(policy(PolicyKind.BOUNDARY, json))),
                        policies.session()
                                .map(json -> PolicySet.of(policy(PolicyKind.SESSION, json))));
        Optional<ResourcePolicy> resource =
                policies.resource()
                        .map(
                                json ->
                                        new ResourcePolicy(
                                                PolicySet.of(policy(PolicyKind.RESOURCE, json)),
                                                policies.role()));
        return switch (PolicyEvaluator.decide(caller, own, resource, request)) {
            case Decision.Allowed allowed -> Answer.ALLOWED;
            case Decision.ExplicitDeny deny -> Answer.EXPLICIT_DENY;
            case Decision.ImplicitDeny(PolicyKind missing) ->
                    switch (missing) {
                        case IDENTITY -> Answer.NO_IDENTITY;
                        case BOUNDARY -> Answer.NO_BOUNDARY;
                        case SESSION -> Answer.NO_SESSION;
                        case RESOURCE, TRUST -> Answer.NO_RESOURCE;
                    };
        };
    }

    private static Policy policy(PolicyKind kind, String json) {
        return Policy.parse(kind, kind.name(), json);
    }
}
