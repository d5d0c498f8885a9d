package dev.cloister.bootstrap;

import com.amazonaws.services.lambda.runtime.Client;
import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a handler gets as its context; absent values are null, as in AWS's. */
final class InvocationContext implements Context {
    private final Map<String, String> headers;
    private final Map<String, String> environment;
    private final LambdaLogger logger;
    private final long deadlineMillis;

    InvocationContext(
            Map<String, String> headers, Map<String, String> environment, LambdaLogger logger) {
        this.headers = headers;
        this.environment = environment;
        this.logger = logger;
        this.deadlineMillis =
                Long.parseLong(headers.getOrDefault("lambda-runtime-deadline-ms", "0"));
    }

    @Override
    public String getAwsRequestId() {
        return headers.getOrDefault("lambda-runtime-aws-request-id", "");
    }

    @Override
    public @Nullable String getLogGroupName() {
        return environment.get("AWS_LAMBDA_LOG_GROUP_NAME");
    }

    @Override
    public @Nullable String getLogStreamName() {
        return environment.get("AWS_LAMBDA_LOG_STREAM_NAME");
    }

    @Override
    public @Nullable String getFunctionName() {
        return environment.get("AWS_LAMBDA_FUNCTION_NAME");
    }

    @Override
    public @Nullable String getFunctionVersion() {
        return environment.get("AWS_LAMBDA_FUNCTION_VERSION");
    }

    @Override
    public @Nullable String getInvokedFunctionArn() {
        return headers.get("lambda-runtime-invoked-function-arn");
    }

    @Override
    public @Nullable CognitoIdentity getIdentity() {
        String text = headers.get("lambda-runtime-cognito-identity");
        if (text == null || text.isEmpty()) {
            return null;
        }
        Map<String, @Nullable Object> given = Json.object(text);
        return new CognitoIdentity() {
            @Override
            public @Nullable String getIdentityId() {
                return string(given, "cognitoIdentityId");
            }

            @Override
            public @Nullable String getIdentityPoolId() {
                return string(given, "cognitoIdentityPoolId");
            }
        };
    }

    @Override
    public @Nullable ClientContext getClientContext() {
        String text = headers.get("lambda-runtime-client-context");
        if (text == null || text.isEmpty()) {
            return null;
        }
        Map<String, @Nullable Object> given = Json.object(text);
        return new ClientContext() {
            @Override
            public @Nullable Client getClient() {
                return given.get("client") == null ? null : client(Json.object(given.get("client")));
            }

            @Override
            public Map<String, String> getCustom() {
                return Json.strings(given.get("custom"));
            }

            @Override
            public Map<String, String> getEnvironment() {
                return Json.strings(given.get("env"));
            }
        };
    }

    private static Client client(Map<String, @Nullable Object> given) {
        return new Client() {
            @Override
            public @Nullable String getInstallationId() {
                return string(given, "installation_id");
            }

            @Override
            public @Nullable String getAppTitle() {
                return string(given, "app_title");
            }

            @Override
            public @Nullable String getAppVersionName() {
                return string(given, "app_version_name");
            }

            @Override
            public @Nullable String getAppVersionCode() {
                return string(given, "app_version_code");
            }

            @Override
            public @Nullable String getAppPackageName() {
                return string(given, "app_package_name");
            }
        };
    }

    @Override
    public int getRemainingTimeInMillis() {
        return (int) Math.max(0, deadlineMillis - System.currentTimeMillis());
    }

    @Override
    public int getMemoryLimitInMB() {
        return Integer.parseInt(environment.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"));
    }

    @Override
    public LambdaLogger getLogger() {
        return logger;
    }

    @Override
    public @Nullable String getTenantId() {
        return headers.get("lambda-runtime-aws-tenant-id");
    }

    @Override
    public @Nullable String getXrayTraceId() {
        return headers.get("lambda-runtime-trace-id");
    }

    private static @Nullable String string(Map<String, @Nullable Object> given, String name) {
        Object value = given.get(name);
        return value == null ? null : value.toString();
    }
}
