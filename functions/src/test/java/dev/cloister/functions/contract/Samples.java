package dev.cloister.functions.contract;

import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.functions.Installation;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Values that keep the model's constraints, as small as can be. */
final class Samples {
    static final String FUNCTION = "hello";
    static final String FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:" + FUNCTION;

    /** What means something in the installation, by the member's name. */
    private static final Map<String, String> BY_MEMBER =
            Map.of(
                    "FunctionName", FUNCTION,
                    "Name", "live",
                    "FunctionVersion", "1",
                    "Role", Installation.ROLE,
                    "Resource", FUNCTION_ARN,
                    "LayerName", "tools",
                    "Principal", "123456789012",
                    "Handler", "lambda_function.handler");

    /** Tried in turn where only a pattern says what a text may be. */
    private static final List<String> CANDIDATES =
            List.of(
                    "a",
                    "1",
                    "abc",
                    "x".repeat(20),
                    FUNCTION_ARN,
                    "arn:aws:lambda:us-east-1:123456789012:layer:tools:1",
                    "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-"
                            + "0".repeat(17),
                    "arn:aws:lambda:us-east-1:123456789012:capacity-provider:p",
                    "arn:aws:signer:us-east-1:123456789012:/signing-profiles/P/0123456789",
                    "arn:aws:sqs:us-east-1:123456789012:q",
                    "arn:aws:lambda:us-east-1::runtime:" + "0".repeat(64),
                    "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-"
                            + "0".repeat(17),
                    "/mnt/a",
                    "lambda:InvokeFunction",
                    "lambda:GetLayerVersion",
                    "s3.amazonaws.com",
                    "123456789012",
                    "o-0123456789",
                    "us-east-1");

    private final ServiceFacts facts;
    private final byte[] zip;

    Samples(ServiceFacts facts, byte[] zip) {
        this.facts = facts;
        this.zip = zip.clone();
    }

    /** Amazon's facts of an operation. */
    static OperationFacts operation(ServiceFacts facts, String name) {
        return Optional.ofNullable(facts.operations().get(name)).orElseThrow();
    }

    /** The shape of an operation's input, without members if it has none. */
    Shape.Structure input(String operation) {
        return operation(facts, operation).input().flatMap(facts::structure).orElseThrow();
    }

    /** The required members only. */
    Map<String, Object> structure(Shape.Structure shape) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Shape.Member member : shape.members().values()) {
            if (shape.required().contains(member.name())) {
                values.put(member.name(), of(member));
            }
        }
        // One of several that the model can't say is required.
        if (shape.name().equals("FunctionCode")
                || shape.name().equals("LayerVersionContentInput")) {
            values.put("ZipFile", Base64.getEncoder().encodeToString(zip));
        }
        if (shape.name().equals("UpdateFunctionCodeRequest")) {
            values.put("ZipFile", Base64.getEncoder().encodeToString(zip));
        }
        if (shape.name().equals("CreateFunctionRequest")) {
            values.put("Runtime", "python3.13");
            values.put("Handler", "lambda_function.handler");
            values.put("FunctionName", "another");
        }
        return values;
    }

    Object of(Shape.Member member) {
        return of(facts.shape(member.shape()).orElseThrow(), member.name());
    }

    Object of(Shape shape, String member) {
        return switch (shape) {
            case Shape.Structure structure -> structure(structure);
            case Shape.ListOf list -> items(list, (int) Math.max(1, list.size().min().orElse(1)));
            case Shape.MapOf map -> Map.of(of(key(map), "Key"), of(value(map), "Value"));
            case Shape.Text text -> text(text, member);
            case Shape.Numeric numeric -> (long) numeric.range().min().orElse(1);
            case Shape.Blob _ -> Base64.getEncoder().encodeToString(zip);
            case Shape.Plain _ -> true;
        };
    }

    List<Object> items(Shape.ListOf list, int count) {
        Shape member = facts.shape(list.member()).orElseThrow();
        return new ArrayList<>(
                IntStream.range(0, count).mapToObj(_ -> of(member, "Item")).toList());
    }

    private Shape key(Shape.MapOf map) {
        return facts.shape(map.key()).orElseThrow();
    }

    private Shape value(Shape.MapOf map) {
        return facts.shape(map.value()).orElseThrow();
    }

    private static String text(Shape.Text shape, String member) {
        if (shape.values().isPresent()) {
            String all = shape.values().get().toString();
            return all.substring(1).split("[,\\]]", 2)[0];
        }
        String known = BY_MEMBER.get(member);
        if (known != null && fits(shape, known)) {
            return known;
        }
        return CANDIDATES.stream()
                .filter(candidate -> fits(shape, candidate))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no sample fits " + shape));
    }

    static boolean fits(Shape.Text shape, String value) {
        return value.length() >= shape.length().min().orElse(0)
                && value.length() <= shape.length().max().orElse(Double.MAX_VALUE)
                && shape.pattern().map(pattern -> pattern.matches(value)).orElse(true);
    }
}
