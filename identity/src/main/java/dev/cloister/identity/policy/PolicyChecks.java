package dev.cloister.identity.policy;

import dev.cloister.identity.policy.PolicyDocument.Condition;
import dev.cloister.identity.policy.PolicyDocument.Statement;
import java.util.Set;
import java.util.regex.Pattern;

/** What IAM checks beyond the shape of the JSON, with its wordings. */
final class PolicyChecks {
    private static final Pattern VENDOR = Pattern.compile("[a-zA-Z0-9.-]+");
    private static final Pattern SID = Pattern.compile("[0-9A-Za-z]*");
    private static final Pattern PARTITION = Pattern.compile("aws[a-z-]*|\\*");
    private static final Set<String> ASSUME_ACTIONS =
            Set.of(
                    "sts:*",
                    "sts:assumerole",
                    "sts:assumerolewithsaml",
                    "sts:assumerolewithwebidentity",
                    "sts:assumeroot",
                    "sts:setsourceidentity",
                    "sts:setcontext",
                    "sts:tagsession");

    private PolicyChecks() {}

    static void check(PolicyDocument document) {
        for (Statement statement : document.statements()) {
            if (document.kind() != PolicyKind.RESOURCE) {
                statement.sid().ifPresent(PolicyChecks::sid);
                statement.resources().ifPresent(r -> r.patterns().forEach(PolicyChecks::resource));
            }
            for (String action : statement.actions().patterns()) {
                action(action);
                if (document.kind() == PolicyKind.TRUST) {
                    trustAction(action);
                }
            }
            for (Condition condition : statement.conditions()) {
                if (!condition.key().contains(":")) {
                    throw vendorMissing();
                }
                // A value that can't be compared would make a negated condition always hold.
                ValueTests.compile(condition, document.hasVariables());
            }
        }
    }

    private static void sid(String sid) {
        if (!SID.matcher(sid).matches()) {
            throw new MalformedPolicyException(
                    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the"
                            + " regular expression [0-9A-Za-z]*");
        }
    }

    private static void action(String action) {
        if (action.equals("*")) {
            return;
        }
        String[] parts = action.split(":", -1);
        if (parts.length == 1) {
            throw vendorMissing();
        }
        if (parts.length > 2) {
            throw new MalformedPolicyException("Actions/Condition can contain only one colon.");
        }
        if (!parts[0].equals("*") && !VENDOR.matcher(parts[0]).matches()) {
            throw new MalformedPolicyException("Vendor " + parts[0] + " is not valid");
        }
    }

    private static MalformedPolicyException vendorMissing() {
        return new MalformedPolicyException(
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }

    private static void trustAction(String action) {
        if (!ASSUME_ACTIONS.contains(ContextKeys.fold(action))) {
            throw new MalformedPolicyException(
                    "AssumeRole policy may only specify STS AssumeRole actions.");
        }
    }

    private static void resource(String resource) {
        if (resource.equals("*")) {
            return;
        }
        String[] parts = resource.split(":", 6);
        if (!parts[0].equals("arn")) {
            throw new MalformedPolicyException(
                    "Resource " + resource + " must be in ARN format or \"*\".");
        }
        if (parts.length > 1 && !PARTITION.matcher(parts[1]).matches()) {
            throw new MalformedPolicyException(
                    "Partition \"%s\" is not valid for resource \"%s\"."
                            .formatted(parts[1], resource));
        }
        if (parts.length < 3) {
            throw new MalformedPolicyException(
                    "Resource vendor must be fully qualified and cannot contain regexes.");
        }
        if (parts.length < 6 && !resource.endsWith("*")) {
            throw new MalformedPolicyException("The policy failed legacy parsing");
        }
        if (parts[2].equals("iam") && parts.length > 3 && !parts[3].isEmpty()) {
            throw new MalformedPolicyException(
                    "IAM resource " + resource + " cannot contain region information.");
        }
        if (parts[2].equals("s3") && parts.length > 3 && !parts[3].isEmpty()) {
            throw new MalformedPolicyException(
                    "Resource " + resource + " can not contain region information.");
        }
    }
}
