package dev.cloister.functions;

import java.util.Optional;

/**
 * Whether a function's role may send to its dead-letter queue, which Lambda asks when either is set
 * (Developer Guide, "Adding a dead-letter queue"). The queue's own policy doesn't count.
 */
final class DeadLetterRules {
    private final ExecutionRoles roles;

    DeadLetterRules(ExecutionRoles roles) {
        this.roles = roles;
    }

    /**
     * @param target the ARN of a queue or a topic
     * @throws dev.cloister.api.AwsError if the role may not
     */
    void check(FunctionKey function, String role, Optional<String> target) {
        target.ifPresent(arn -> check(function, role, arn));
    }

    private void check(FunctionKey function, String role, String target) {
        boolean topic = target.split(":", 4)[2].equals("sns");
        String service = topic ? "sns" : "sqs";
        String call = topic ? "Publish" : "SendMessage";
        if (!roles.allows(role, function.name(), service + ":" + call, target)) {
            throw LambdaErrors.invalidParameter(
                    "The provided execution role does not have permissions to call "
                            + call
                            + " on "
                            + (topic ? "SNS" : "SQS"));
        }
    }
}
