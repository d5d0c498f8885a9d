package dev.cloister.identity.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import java.util.List;
import java.util.Map;

/**
 * What STS's operations need to be allowed: nothing beforehand. "No permissions are required" for
 * GetCallerIdentity and GetSessionToken; AssumeRole asks the role's trust policy itself.
 */
final class StsAccess {
    private static final AccessRule NOTHING = (input, context) -> List.of();

    private StsAccess() {}

    static AccessTable table() {
        return AccessTable.of(
                Map.of(
                        "GetCallerIdentity", NOTHING,
                        "GetSessionToken", NOTHING,
                        "AssumeRole", NOTHING,
                        "DecodeAuthorizationMessage",
                                (input, context) ->
                                        List.of(
                                                AccessCheck.of(
                                                        "sts:DecodeAuthorizationMessage", "*"))));
    }
}
