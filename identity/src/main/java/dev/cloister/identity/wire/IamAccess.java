package dev.cloister.identity.wire;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccessInput;
import dev.cloister.api.AccessRule;
import dev.cloister.api.AccessTable;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.OidcProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What IAM's operations need to be allowed (Service Authorization Reference, "Actions, resources,
 * and condition keys for AWS Identity and Access Management").
 */
final class IamAccess {
    private static final String ARN = "arn:aws:iam::";

    private final Directory directory;
    private final Map<String, AccessRule> rules = new HashMap<>();

    private IamAccess(Directory directory) {
        this.directory = directory;
    }

    static AccessTable table(Directory directory) {
        IamAccess access = new IamAccess(directory);
        access.ofUsers();
        access.ofGroups();
        access.ofRoles();
        access.ofPolicies();
        access.ofProviders();
        access.ofAll(
                "GetAccountAuthorizationDetails",
                "SimulateCustomPolicy",
                "GetAccountSummary",
                "GenerateCredentialReport",
                "GetCredentialReport",
                "GetAccountPasswordPolicy",
                "ListVirtualMFADevices",
                "ListServerCertificates",
                "ListSAMLProviders",
                "ListInstanceProfiles",
                "CreateAccountAlias",
                "DeleteAccountAlias",
                "ListAccountAliases",
                "ListUsers",
                "ListGroups",
                "ListRoles",
                "ListPolicies");
        return AccessTable.of(access.rules);
    }

    private void ofUsers() {
        of(
                Kind.USER,
                "CreateUser",
                "GetUser",
                "UpdateUser",
                "DeleteUser",
                "ListGroupsForUser",
                "TagUser",
                "UntagUser",
                "ListUserTags",
                "PutUserPolicy",
                "GetUserPolicy",
                "DeleteUserPolicy",
                "ListUserPolicies",
                "AttachUserPolicy",
                "DetachUserPolicy",
                "ListAttachedUserPolicies",
                "PutUserPermissionsBoundary",
                "DeleteUserPermissionsBoundary",
                "CreateAccessKey",
                "ListAccessKeys",
                "UpdateAccessKey",
                "DeleteAccessKey",
                "ListSSHPublicKeys",
                "ListMFADevices",
                "ListSigningCertificates",
                "ListServiceSpecificCredentials",
                "GetLoginProfile",
                "DeleteLoginProfile");
        // The key in the request names its user.
        ofAll("GetAccessKeyLastUsed");
    }

    private void ofGroups() {
        of(
                Kind.GROUP,
                "CreateGroup",
                "GetGroup",
                "UpdateGroup",
                "DeleteGroup",
                "AddUserToGroup",
                "RemoveUserFromGroup",
                "PutGroupPolicy",
                "GetGroupPolicy",
                "DeleteGroupPolicy",
                "ListGroupPolicies",
                "AttachGroupPolicy",
                "DetachGroupPolicy",
                "ListAttachedGroupPolicies");
    }

    private void ofRoles() {
        of(
                Kind.ROLE,
                "CreateRole",
                "GetRole",
                "UpdateRole",
                "UpdateRoleDescription",
                "DeleteRole",
                "UpdateAssumeRolePolicy",
                "ListInstanceProfilesForRole",
                "DeleteServiceLinkedRole",
                "TagRole",
                "UntagRole",
                "ListRoleTags",
                "PutRolePolicy",
                "GetRolePolicy",
                "DeleteRolePolicy",
                "ListRolePolicies",
                "AttachRolePolicy",
                "DetachRolePolicy",
                "ListAttachedRolePolicies",
                "PutRolePermissionsBoundary",
                "DeleteRolePermissionsBoundary");
        rules.put(
                "CreateServiceLinkedRole",
                (input, context) -> {
                    String service = input.text("AWSServiceName").orElse("");
                    return check(
                            "CreateServiceLinkedRole",
                            ARN + context.account() + ":role/aws-service-role/" + service + "/*",
                            Map.of("iam:AWSServiceName", List.of(service)));
                });
        ofAll("GetServiceLinkedRoleDeletionStatus");
    }

    private void ofPolicies() {
        rules.put(
                "CreatePolicy",
                (input, context) ->
                        check(
                                "CreatePolicy",
                                ARN
                                        + context.account()
                                        + ":policy"
                                        + input.text("Path").orElse("/")
                                        + input.text("PolicyName").orElse(""),
                                tagKeys(input)));
        for (String operation :
                List.of(
                        "GetPolicy",
                        "DeletePolicy",
                        "CreatePolicyVersion",
                        "GetPolicyVersion",
                        "ListPolicyVersions",
                        "DeletePolicyVersion",
                        "SetDefaultPolicyVersion",
                        "TagPolicy",
                        "UntagPolicy",
                        "ListPolicyTags",
                        "ListEntitiesForPolicy")) {
            rules.put(
                    operation,
                    (input, context) ->
                            check(
                                    operation,
                                    input.text("PolicyArn").orElse("*"),
                                    keys(operation, input)));
        }
        rules.put(
                "SimulatePrincipalPolicy",
                (input, context) ->
                        check(
                                "SimulatePrincipalPolicy",
                                input.text("PolicySourceArn").orElse("*"),
                                Map.of()));
    }

    private void ofProviders() {
        rules.put(
                "CreateOpenIDConnectProvider",
                (input, context) ->
                        check(
                                "CreateOpenIDConnectProvider",
                                OidcProvider.arn(
                                        context.account(),
                                        input.text("Url").orElse("").replaceFirst("^https://", "")),
                                tagKeys(input)));
        for (String operation :
                List.of(
                        "GetOpenIDConnectProvider",
                        "DeleteOpenIDConnectProvider",
                        "UpdateOpenIDConnectProviderThumbprint",
                        "AddClientIDToOpenIDConnectProvider",
                        "RemoveClientIDFromOpenIDConnectProvider",
                        "TagOpenIDConnectProvider",
                        "UntagOpenIDConnectProvider",
                        "ListOpenIDConnectProviderTags")) {
            rules.put(
                    operation,
                    (input, context) ->
                            check(
                                    operation,
                                    input.text("OpenIDConnectProviderArn").orElse("*"),
                                    keys(operation, input)));
        }
        ofAll("ListOpenIDConnectProviders");
    }

    private void ofAll(String... operations) {
        for (String operation : operations) {
            rules.put(operation, (input, context) -> check(operation, "*", Map.of()));
        }
    }

    private void of(Kind kind, String... operations) {
        for (String operation : operations) {
            rules.put(operation, (input, context) -> checks(operation, kind, input, context));
        }
    }

    /** A new name or path is another resource that has to be allowed too. */
    private List<AccessCheck> checks(
            String operation, Kind kind, AccessInput input, RequestContext context) {
        List<AccessCheck> checks = new ArrayList<>();
        Optional<String> name = input.text(kind.title() + "Name");
        Optional<IamEntity> entity = entity(kind, name, context);
        String path =
                entity.map(IamEntity::path)
                        .orElseGet(
                                () ->
                                        operation.startsWith("Create") && !operation.endsWith("Key")
                                                ? input.text("Path").orElse("/")
                                                : "/");
        String bare = entity.map(IamEntity::name).or(() -> name).orElse("");
        Map<String, List<String>> keys = keys(operation, input);
        checks.addAll(check(operation, arn(kind, path, bare, context), keys));
        if (operation.equals("UpdateUser") || operation.equals("UpdateGroup")) {
            checks.addAll(
                    check(
                            operation,
                            arn(
                                    kind,
                                    input.text("NewPath").orElse(path),
                                    input.text("New" + kind.title() + "Name").orElse(bare),
                                    context),
                            keys));
        }
        return checks;
    }

    private Optional<IamEntity> entity(Kind kind, Optional<String> name, RequestContext context) {
        AccountState state = directory.state(context.account());
        return name.isPresent()
                ? state.find(kind, name.get())
                : state.byId(context.principal().userId());
    }

    private static String arn(Kind kind, String path, String name, RequestContext context) {
        return ARN + context.account() + ":" + kind.noun() + path + name;
    }

    private static List<AccessCheck> check(
            String operation, String resource, Map<String, List<String>> keys) {
        return List.of(AccessCheck.of("iam:" + operation, resource, keys).ofCallerOnly());
    }

    /** IAM's own condition keys: what is attached, and which boundary is set. */
    private static Map<String, List<String>> keys(String operation, AccessInput input) {
        Map<String, List<String>> keys = new HashMap<>();
        if (operation.startsWith("Attach") || operation.startsWith("Detach")) {
            input.text("PolicyArn").ifPresent(arn -> keys.put("iam:PolicyARN", List.of(arn)));
        }
        boolean setsBoundary =
                operation.startsWith("Put") && operation.endsWith("PermissionsBoundary");
        if (setsBoundary || operation.equals("CreateUser") || operation.equals("CreateRole")) {
            input.text("PermissionsBoundary")
                    .ifPresent(arn -> keys.put("iam:PermissionsBoundary", List.of(arn)));
        }
        if (operation.startsWith("Tag")
                || operation.equals("CreateUser")
                || operation.equals("CreateRole")) {
            keys.putAll(tagKeys(input));
        }
        if (operation.startsWith("Untag")) {
            keys.put("aws:TagKeys", input.texts("TagKeys"));
        }
        return keys;
    }

    private static Map<String, List<String>> tagKeys(AccessInput input) {
        Map<String, List<String>> keys = new HashMap<>();
        Map<String, String> tags = input.tags("Tags");
        tags.forEach((key, value) -> keys.put("aws:RequestTag/" + key, List.of(value)));
        if (!tags.isEmpty()) {
            keys.put("aws:TagKeys", List.copyOf(tags.keySet()));
        }
        return keys;
    }
}
