package dev.cloister.signer.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import dev.cloister.api.RequestContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What AWS Signer's operations need to be allowed (Service Authorization Reference, "Actions,
 * resources, and condition keys for AWS Signer"). What a signing job needs of S3 is asked when it
 * reads and writes there.
 */
final class SignerAccess {
    private final Map<String, AccessRule> rules = new HashMap<>();

    private SignerAccess() {}

    static AccessTable table() {
        SignerAccess access = new SignerAccess();
        access.ofProfiles(
                "PutSigningProfile",
                "GetSigningProfile",
                "CancelSigningProfile",
                "RevokeSigningProfile",
                "SignPayload",
                "StartSigningJob");
        access.ofJobs("DescribeSigningJob", "RevokeSignature");
        access.ofNothing(
                "ListSigningProfiles",
                "ListSigningJobs",
                "ListSigningPlatforms",
                "GetSigningPlatform");
        access.ofTags("TagResource", "UntagResource", "ListTagsForResource");
        return AccessTable.of(access.rules);
    }

    private void ofProfiles(String... operations) {
        for (String operation : operations) {
            rules.put(
                    operation,
                    (input, context) -> {
                        Map<String, List<String>> keys = new HashMap<>();
                        if (operation.equals("PutSigningProfile")) {
                            putTags(keys, input.tags("tags"));
                        }
                        if (operation.equals("RevokeSigningProfile")) {
                            input.text("profileVersion")
                                    .ifPresent(
                                            version ->
                                                    keys.put(
                                                            "signer:ProfileVersion",
                                                            List.of(version)));
                        }
                        return check(
                                operation,
                                arn("signing-profiles", input, "profileName", context),
                                keys);
                    });
        }
    }

    private void ofJobs(String... operations) {
        for (String operation : operations) {
            rules.put(
                    operation,
                    (input, context) ->
                            check(
                                    operation,
                                    arn("signing-jobs", input, "jobId", context),
                                    Map.of()));
        }
    }

    private void ofNothing(String... operations) {
        for (String operation : operations) {
            rules.put(operation, (input, context) -> check(operation, "*", Map.of()));
        }
    }

    private void ofTags(String... operations) {
        for (String operation : operations) {
            rules.put(
                    operation,
                    (input, context) -> {
                        Map<String, List<String>> keys = new HashMap<>();
                        switch (operation) {
                            case "TagResource" -> putTags(keys, input.tags("tags"));
                            case "UntagResource" -> keys.put("aws:TagKeys", input.texts("tagKeys"));
                            default -> {
                                // A list has none.
                            }
                        }
                        return check(operation, input.text("resourceArn").orElse("*"), keys);
                    });
        }
    }

    private static List<AccessCheck> check(
            String operation, String resource, Map<String, List<String>> keys) {
        return List.of(AccessCheck.of("signer:" + operation, resource, keys));
    }

    private static String arn(
            String kind, AccessInput input, String member, RequestContext context) {
        return "arn:aws:signer:%s:%s:/%s/%s"
                .formatted(
                        context.region(), context.account(), kind, input.text(member).orElse(""));
    }

    private static void putTags(Map<String, List<String>> keys, Map<String, String> tags) {
        tags.forEach((key, value) -> keys.put("aws:RequestTag/" + key, List.of(value)));
        if (!tags.isEmpty()) {
            keys.put("aws:TagKeys", List.copyOf(tags.keySet()));
        }
    }
}
