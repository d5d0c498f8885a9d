package dev.cloister.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** Small services over the real facts; they remember what they were asked. */
public final class TestServices {
    public final List<SdkPojo> inputs = new CopyOnWriteArrayList<>();
    public final List<RequestContext> contexts = new CopyOnWriteArrayList<>();

    private <T extends SdkPojo> T seen(T input, RequestContext context) {
        inputs.add(input);
        contexts.add(context);
        return input;
    }

    public List<ServiceDefinition> definitions() {
        return List.of(
                open("lambda", "/facts/lambda.json", lambda()),
                open("logs", "/facts/logs.json", logs()),
                open("sts", "/facts/sts.json", sts()));
    }

    /** A service whose operations everybody may use who has signed. */
    static ServiceDefinition open(String signingName, String facts, List<Operation> operations) {
        return new ServiceDefinition(
                signingName,
                facts,
                operations,
                AccessTable.of(
                        operations.stream()
                                .collect(
                                        Collectors.toMap(
                                                Operation::name,
                                                operation -> (input, context) -> List.of()))));
    }

    private List<Operation> lambda() {
        return List.of(
                Operation.<CreateFunctionRequest, CreateFunctionResponse>modeled(
                        "CreateFunction", CreateFunctionRequest::builder, this::create),
                Operation.<GetFunctionRequest, GetFunctionResponse>modeled(
                        "GetFunction", GetFunctionRequest::builder, this::get),
                Operation.<DeleteFunctionRequest, DeleteFunctionResponse>modeled(
                        "DeleteFunction",
                        DeleteFunctionRequest::builder,
                        (input, context) -> {
                            seen(input, context);
                            return DeleteFunctionResponse.builder().build();
                        }),
                Operation.<ListFunctionsRequest, ListFunctionsResponse>modeled(
                        "ListFunctions",
                        ListFunctionsRequest::builder,
                        (input, context) -> {
                            throw new IllegalStateException("a fault with a secret: hunter2");
                        }),
                Operation.<UntagResourceRequest, UntagResourceResponse>modeled(
                        "UntagResource",
                        UntagResourceRequest::builder,
                        (input, context) -> {
                            seen(input, context);
                            return UntagResourceResponse.builder().build();
                        }),
                new Operation.Raw("Invoke", 6_291_556, TestServices::invoke));
    }

    private CreateFunctionResponse create(CreateFunctionRequest input, RequestContext context) {
        seen(input, context);
        return CreateFunctionResponse.builder()
                .functionName(input.functionName())
                .environment(e -> e.variables(input.environment().variables()))
                .codeSize((long) input.code().zipFile().asByteArray().length)
                .memorySize(input.memorySize())
                .build();
    }

    private GetFunctionResponse get(GetFunctionRequest input, RequestContext context) {
        seen(input, context);
        throw new AwsError(
                "ResourceNotFoundException", 404, "Function not found: " + input.functionName());
    }

    /** Echoes, and says what it saw in headers. */
    private static void invoke(
            RawHandler.RawRequest request, RawHandler.RawResponse response, RequestContext context)
            throws java.io.IOException {
        if (request.label("FunctionName").equals("throttled")) {
            throw new AwsError(
                    "TooManyRequestsException",
                    429,
                    "Rate Exceeded.",
                    java.util.Map.of(
                            "Reason",
                            "ReservedFunctionConcurrentInvocationLimitExceeded",
                            "retryAfterSeconds",
                            "1"));
        }
        response.status(200)
                .header("Content-Type", "application/json")
                .header("X-Amz-Executed-Version", "$LATEST")
                .header("X-Seen-Function", request.label("FunctionName"))
                .header("X-Seen-Qualifier", request.query("Qualifier").orElse("-"));
        if (request.header("X-Amz-Log-Type").isPresent()) {
            try (var out = response.stream()) {
                out.write(request.body());
            }
        } else {
            response.send(request.body());
        }
    }

    private List<Operation> logs() {
        return List.of(
                Operation.<DescribeLogGroupsRequest, DescribeLogGroupsResponse>modeled(
                        "DescribeLogGroups",
                        DescribeLogGroupsRequest::builder,
                        (input, context) -> {
                            seen(input, context);
                            if ("missing".equals(input.logGroupNamePrefix())) {
                                throw new AwsError(
                                        "ResourceNotFoundException",
                                        404,
                                        "The specified log group does not exist.");
                            }
                            return DescribeLogGroupsResponse.builder()
                                    .logGroups(
                                            LogGroup.builder()
                                                    .logGroupName("/aws/lambda/f")
                                                    .creationTime(1_700_000_000_000L)
                                                    .build())
                                    .build();
                        }));
    }

    private List<Operation> sts() {
        return List.of(
                Operation.<GetCallerIdentityRequest, GetCallerIdentityResponse>modeled(
                        "GetCallerIdentity",
                        GetCallerIdentityRequest::builder,
                        (input, context) -> {
                            seen(input, context);
                            return GetCallerIdentityResponse.builder()
                                    .account(context.account().value())
                                    .arn(context.principal().arn())
                                    .userId(context.principal().userId())
                                    .build();
                        }),
                Operation.<AssumeRoleRequest, AssumeRoleResponse>modeled(
                        "AssumeRole",
                        AssumeRoleRequest::builder,
                        (input, context) -> {
                            seen(input, context);
                            return AssumeRoleResponse.builder()
                                    .credentials(
                                            Credentials.builder()
                                                    .accessKeyId("ASIAEXAMPLE")
                                                    .secretAccessKey("s<&>\"'")
                                                    .sessionToken("t")
                                                    .expiration(
                                                            java.time.Instant.parse(
                                                                    "2026-01-02T03:04:05Z"))
                                                    .build())
                                    .build();
                        }));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
