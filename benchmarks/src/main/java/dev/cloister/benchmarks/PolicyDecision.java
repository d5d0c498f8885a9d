package dev.cloister.benchmarks;

import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.CallerPolicies;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyEvaluator;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.PolicySet;
import dev.cloister.identity.policy.ResourcePolicy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a decision on the Invoke path costs, against what compiling the same policies anew for each
 * request would. The caller has 60 statements in ten policies, with conditions and variables, a
 * boundary and a session policy; the function has a policy of 20 statements.
 */
public final class PolicyDecision {
    private static final int WARM_UP = 300_000;
    private static final int ROUNDS = 2_000_000;
    private static final int COMPILED = 2_000;
    private static final String ACCOUNT = "111122223333";
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:orders";

    /** Keeps the decisions from being optimized away. */
    private static long allowed;

    private PolicyDecision() {}

    public static void main(String[] args) {
        Caller caller =
                Caller.RoleSession.of(
                        ACCOUNT,
                        "arn:aws:sts::111122223333:assumed-role/caller/s",
                        "arn:aws:iam::111122223333:role/caller",
                        "AROACALLER",
                        Map.of("team", "orders"),
                        Optional.empty());
        CallerPolicies own = own();
        Optional<ResourcePolicy> resource = Optional.of(resource());
        decide(WARM_UP, caller, own, resource);
        double decision = micros(ROUNDS, () -> decide(ROUNDS, caller, own, resource));
        double compiling =
                micros(
                        COMPILED,
                        () -> {
                            for (int i = 0; i < COMPILED; i++) {
                                decide(1, caller, own(), Optional.of(resource()));
                            }
                        });
        Table table = new Table("decision", "µs of CPU");
        table.add("compiled once, with the request's keys collected", decision);
        table.add("parsed and compiled for each request", compiling);
        table.print(System.out);
        System.err.println(allowed + " allowed");
    }

    private static double micros(int rounds, Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        work.run();
        return (threads.getCurrentThreadCpuTime() - start) / 1e3 / rounds;
    }

    private static void decide(
            int rounds, Caller caller, CallerPolicies own, Optional<ResourcePolicy> resource) {
        String now = Instant.now().toString();
        for (int i = 0; i < rounds; i++) {
            ContextKeys context =
                    ContextKeys.builder()
                            .put("aws:SourceIp", "127.0.0.1")
                            .put("aws:SecureTransport", "true")
                            .put("aws:CurrentTime", now)
                            .put("aws:RequestedRegion", "us-east-1")
                            .put("aws:ResourceTag/team", "orders")
                            .build();
            AccessRequest request =
                    new AccessRequest(
                            "lambda:InvokeFunction", FUNCTION, Optional.of(ACCOUNT), context);
            if (PolicyEvaluator.decide(caller, own, resource, request).isAllowed()) {
                allowed++;
            }
        }
    }

    private static CallerPolicies own() {
        List<Policy> policies = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            List<String> statements = new ArrayList<>();
            for (int j = 0; j < 5; j++) {
                statements.add(
                        """
                        {"Effect":"Allow","Action":["s3:Get*","lambda:InvokeFunction"],
                         "Resource":["arn:aws:s3:::b%d/*",
                                     "arn:aws:lambda:*:*:function:${aws:PrincipalTag/team}-%d"]}
                        """
                                .formatted(i, j));
            }
            statements.add(
                    i == 9
                            ? """
                              {"Effect":"Allow","Action":"lambda:*","Resource":"*","Condition":{
                               "StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}}
                              """
                            : """
                              {"Effect":"Deny","Action":"lambda:*","Resource":"*","Condition":{
                               "NotIpAddress":{"aws:SourceIp":["127.0.0.0/8","10.0.0.0/8"]},
                               "Bool":{"aws:SecureTransport":"false"}}}
                              """);
            policies.add(policy(PolicyKind.IDENTITY, statements));
        }
        String all = "{\"Effect\":\"Allow\",\"Action\":\"lambda:*\",\"Resource\":\"*\"}";
        return new CallerPolicies(
                PolicySet.of(policies),
                Optional.of(PolicySet.of(policy(PolicyKind.BOUNDARY, List.of(all)))),
                Optional.of(PolicySet.of(policy(PolicyKind.SESSION, List.of(all)))));
    }

    private static ResourcePolicy resource() {
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            statements.add(
                    """
                    {"Sid":"s%d","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},
                     "Action":"lambda:InvokeFunction","Resource":"%s",
                     "Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::bucket%d"}}}
                    """
                            .formatted(i, FUNCTION, i));
        }
        return ResourcePolicy.sufficient(policy(PolicyKind.RESOURCE, statements));
    }

    private static Policy policy(PolicyKind kind, List<String> statements) {
        return Policy.parse(
                kind,
                "benchmark",
                "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}"
                        .formatted(String.join(",", statements)));
    }
}
