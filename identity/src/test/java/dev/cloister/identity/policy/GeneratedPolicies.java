package dev.cloister.identity.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Policies, callers and requests by chance from a seed, over few enough names that they often meet.
 */
public final class GeneratedPolicies {
    private static final String OWN = "111122223333";
    private static final String OTHER = "444455556666";
    private static final List<String> ACTIONS =
            List.of("s3:GetObject", "s3:PutObject", "lambda:InvokeFunction", "lambda:GetFunction");
    private static final List<String> ACTION_PATTERNS =
            List.of("*", "s3:*", "S3:getobject", "lambda:Invoke*", "*:Get*", "lambda:?etFunction");
    private static final List<String> RESOURCES =
            List.of(
                    "arn:aws:s3:::b/ana/x",
                    "arn:aws:s3:::b/red/y",
                    "arn:aws:lambda:us-east-1:111122223333:function:f");
    private static final List<String> RESOURCE_PATTERNS =
            List.of(
                    "*",
                    "arn:aws:s3:::b/*",
                    "arn:aws:s3:::b/${aws:username}/*",
                    "arn:aws:s3:::b/${aws:PrincipalTag/team}/?",
                    "arn:aws:lambda:*:function:f",
                    "arn:aws:lambda:us-east-1:111122223333:function:f");
    private static final List<String> PRINCIPALS =
            List.of(
                    "\"*\"",
                    "{\"AWS\":\"111122223333\"}",
                    "{\"AWS\":\"arn:aws:iam::444455556666:root\"}",
                    "{\"AWS\":[\"arn:aws:iam::111122223333:user/ana\"]}",
                    "{\"AWS\":\"arn:aws:iam::111122223333:role/r\"}",
                    "{\"AWS\":\"arn:aws:sts::111122223333:assumed-role/r/s\"}",
                    "{\"Service\":\"s3.amazonaws.com\"}");
    private static final List<String> OPERATORS =
            List.of("StringEquals", "StringNotEquals", "StringLike", "StringNotLike");
    private static final List<String> KEYS =
            List.of("aws:PrincipalTag/team", "test:list", "aws:username", "test:absent");
    private static final List<String> VALUES = List.of("red", "blue", "ana", "r*", "*");

    private final SplittableRandom random;

    public GeneratedPolicies(long seed) {
        this.random = new SplittableRandom(seed);
    }

    <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    public <T> Optional<T> sometimes(int percent, Supplier<T> value) {
        return chance(percent) ? Optional.of(value.get()) : Optional.empty();
    }

    Caller caller() {
        Map<String, String> tags =
                chance(70) ? Map.of("team", one(List.of("red", "blue"))) : Map.of();
        return switch (random.nextInt(7)) {
            case 0 -> Caller.Root.of(OWN, "arn:aws:iam::" + OWN + ":root");
            case 1 -> Caller.Service.of("s3.amazonaws.com");
            case 2 -> new Caller.Anonymous();
            case 3, 4 ->
                    Caller.User.of(OWN, "arn:aws:iam::" + OWN + ":user/ana", "AIDA", "ana", tags);
            default ->
                    Caller.RoleSession.of(
                            OWN,
                            "arn:aws:sts::" + OWN + ":assumed-role/r/s",
                            "arn:aws:iam::" + OWN + ":role/r",
                            "AROA",
                            tags,
                            Optional.empty());
        };
    }

    public AccessRequest request() {
        List<String> list = new ArrayList<>();
        while (chance(50)) {
            list.add(one(List.of("red", "blue", "green")));
        }
        return new AccessRequest(
                one(ACTIONS),
                one(RESOURCES),
                one(
                        List.of(
                                Optional.empty(),
                                Optional.of(OWN),
                                Optional.of(OWN),
                                Optional.of(OTHER))),
                ContextKeys.builder().put("test:list", list).build());
    }

    NaiveEvaluator.Policies policies() {
        List<String> identity = new ArrayList<>();
        while (chance(60)) {
            identity.add(policy(PolicyKind.IDENTITY));
        }
        return new NaiveEvaluator.Policies(
                identity,
                sometimes(30, () -> policy(PolicyKind.BOUNDARY)),
                sometimes(30, () -> policy(PolicyKind.SESSION)),
                sometimes(60, () -> policy(PolicyKind.RESOURCE)),
                one(List.of(ResourcePolicy.Role.values())));
    }

    public String policy(PolicyKind kind) {
        List<String> statements = new ArrayList<>();
        do {
            statements.add(statement(kind, chance(20) ? "Deny" : "Allow"));
        } while (chance(50));
        return document(statements);
    }

    static String document(List<String> statements) {
        return "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}"
                .formatted(String.join(",", statements));
    }

    String statement(PolicyKind kind, String effect) {
        String principal =
                kind.namesPrincipals()
                        ? "\"%sPrincipal\":%s,".formatted(not(15), one(PRINCIPALS))
                        : "";
        return "{\"Effect\":\"%s\",%s\"%sAction\":%s,\"%sResource\":%s%s}"
                .formatted(
                        effect,
                        principal,
                        not(15),
                        list(ACTION_PATTERNS),
                        not(15),
                        list(RESOURCE_PATTERNS),
                        chance(40) ? ",\"Condition\":" + condition() : "");
    }

    private String not(int percent) {
        return chance(percent) ? "Not" : "";
    }

    private String list(List<String> values) {
        List<String> chosen = new ArrayList<>();
        do {
            chosen.add("\"" + one(values) + "\"");
        } while (chance(40));
        return "[" + String.join(",", chosen) + "]";
    }

    private String condition() {
        if (chance(15)) {
            return "{\"Null\":{\"%s\":\"%s\"}}".formatted(one(KEYS), chance(50));
        }
        return "{\"%s%s%s\":{\"%s\":%s}}"
                .formatted(
                        one(List.of("", "", "ForAllValues:", "ForAnyValue:")),
                        one(OPERATORS),
                        chance(25) ? "IfExists" : "",
                        one(KEYS),
                        list(VALUES));
    }
}
