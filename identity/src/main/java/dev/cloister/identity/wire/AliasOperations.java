package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.directory.AccountAlias;
import dev.cloister.identity.directory.AccountState;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.EntityEdits;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.ManagedPolicy;
import dev.cloister.identity.directory.PolicyEdits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.iam.model.CreateAccountAliasRequest;
import software.amazon.awssdk.services.iam.model.CreateAccountAliasResponse;
import software.amazon.awssdk.services.iam.model.DeleteAccountAliasRequest;
import software.amazon.awssdk.services.iam.model.DeleteAccountAliasResponse;
import software.amazon.awssdk.services.iam.model.GetAccountSummaryRequest;
import software.amazon.awssdk.services.iam.model.GetAccountSummaryResponse;
import software.amazon.awssdk.services.iam.model.ListAccountAliasesRequest;
import software.amazon.awssdk.services.iam.model.ListAccountAliasesResponse;

/** IAM's operations on the account itself: its alias and what it has. Thread-safe. */
final class AliasOperations {
    private final Identities identities;
    private final Directory directory;

    AliasOperations(Identities identities) {
        this.identities = identities;
        this.directory = identities.directory();
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "CreateAccountAlias", CreateAccountAliasRequest::builder, this::create),
                Operation.modeled(
                        "DeleteAccountAlias", DeleteAccountAliasRequest::builder, this::delete),
                Operation.modeled(
                        "ListAccountAliases", ListAccountAliasesRequest::builder, this::list),
                Operation.modeled(
                        "GetAccountSummary", GetAccountSummaryRequest::builder, this::summary));
    }

    private CreateAccountAliasResponse create(
            CreateAccountAliasRequest input, RequestContext context) {
        directory.aliases().create(context.account(), input.accountAlias());
        return CreateAccountAliasResponse.builder().build();
    }

    private DeleteAccountAliasResponse delete(
            DeleteAccountAliasRequest input, RequestContext context) {
        directory.aliases().delete(context.account(), input.accountAlias());
        return DeleteAccountAliasResponse.builder().build();
    }

    private ListAccountAliasesResponse list(
            ListAccountAliasesRequest input, RequestContext context) {
        return ListAccountAliasesResponse.builder()
                .accountAliases(
                        directory.state(context.account()).alias().stream()
                                .map(AccountAlias::name)
                                .toList())
                .isTruncated(false)
                .build();
    }

    /** The counts and the quotas that are here; IAM's others have nothing to count. */
    private GetAccountSummaryResponse summary(
            GetAccountSummaryRequest input, RequestContext context) {
        AccountState state = directory.state(context.account());
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            counts.put(kind.title() + "s", state.all(kind).size());
            counts.put(kind.title() + "sQuota", kind.most());
            counts.put(kind.title() + "PolicySizeQuota", kind.inlineBytes());
        }
        counts.put("Policies", state.ownPolicies().size());
        counts.put(
                "PolicyVersionsInUse",
                state.ownPolicies().stream().mapToInt(policy -> policy.versions().size()).sum());
        counts.put("Providers", state.oidcProviders().size());
        counts.put("PoliciesQuota", PolicyEdits.MOST_POLICIES);
        counts.put("PolicySizeQuota", PolicyEdits.MOST_CHARACTERS);
        counts.put("VersionsPerPolicyQuota", ManagedPolicy.MOST_VERSIONS);
        counts.put("AccessKeysPerUserQuota", Identities.MOST_ACCESS_KEYS_PER_USER);
        counts.put("GroupsPerUserQuota", EntityEdits.MOST_GROUPS_PER_USER);
        for (Kind kind : Kind.values()) {
            counts.put("AttachedPoliciesPer" + kind.title() + "Quota", EntityEdits.MOST_ATTACHED);
        }
        counts.put("MFADevices", 0);
        counts.put("MFADevicesInUse", 0);
        counts.put("AccountMFAEnabled", 0);
        counts.put(
                "AccountAccessKeysPresent",
                identities.accessKeys(context.account()).isEmpty() ? 0 : 1);
        return GetAccountSummaryResponse.builder().summaryMapWithStrings(counts).build();
    }
}
