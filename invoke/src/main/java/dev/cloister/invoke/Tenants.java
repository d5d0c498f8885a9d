package dev.cloister.invoke;

import dev.cloister.functions.VersionSnapshot;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who an invocation of a tenant-isolated function is for (Developer Guide, "Tenant isolation"). */
final class Tenants {
    private static final int MAX_LENGTH = 256;
    private static final String FORM = "[a-zA-Z0-9\\._:\\/=+\\-@ ]+";
    private static final Pattern ID = Pattern.compile(FORM);

    private Tenants() {}

    /**
     * @throws dev.cloister.api.AwsError if it can't be the id of a tenant
     */
    static void checkForm(String tenantId) {
        if (tenantId.isEmpty()) {
            throw InvokeErrors.validation(
                    tenantId, "tenantId", "Member must have length greater than or equal to 1");
        }
        if (tenantId.length() > MAX_LENGTH) {
            throw InvokeErrors.validation(
                    tenantId,
                    "tenantId",
                    "Member must have length less than or equal to " + MAX_LENGTH);
        }
        if (!ID.matcher(tenantId).matches()) {
            throw InvokeErrors.validation(
                    tenantId,
                    "tenantId",
                    "Member must satisfy regular expression pattern: " + FORM);
        }
    }

    /**
     * @throws dev.cloister.api.AwsError unless there is a tenant exactly where one is needed
     */
    static void checkFits(VersionSnapshot version, Optional<String> tenantId) {
        boolean isolated = version.options().isolatesTenants();
        if (isolated && tenantId.isEmpty()) {
            throw InvokeErrors.invalidParameter(
                    "The invoked function is enabled with tenancy configuration. Add a valid tenant"
                            + " ID in your request and try again.");
        }
        if (!isolated && tenantId.isPresent()) {
            throw InvokeErrors.invalidParameter(
                    "The invoked function is not enabled with tenancy configuration. Remove the"
                            + " tenant ID from your request and try again.");
        }
    }
}
