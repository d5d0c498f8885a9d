package dev.cloister.keys.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.Grant;
import dev.cloister.keys.managed.Grant.Constraint;
import dev.cloister.keys.managed.Grants;
import dev.cloister.keys.managed.Grants.NewGrant;
import dev.cloister.keys.managed.KeyErrors;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.CreateGrantResponse;
import software.amazon.awssdk.services.kms.model.GrantConstraints;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.ListGrantsRequest;
import software.amazon.awssdk.services.kms.model.ListGrantsResponse;
import software.amazon.awssdk.services.kms.model.ListRetirableGrantsRequest;
import software.amazon.awssdk.services.kms.model.ListRetirableGrantsResponse;
import software.amazon.awssdk.services.kms.model.RetireGrantRequest;
import software.amazon.awssdk.services.kms.model.RetireGrantResponse;
import software.amazon.awssdk.services.kms.model.RevokeGrantRequest;
import software.amazon.awssdk.services.kms.model.RevokeGrantResponse;

/** The operations on grants. */
final class GrantOperations {
    private static final int PAGE = 50;

    private final Grants grants;

    GrantOperations(Grants grants) {
        this.grants = grants;
    }

    CreateGrantResponse create(CreateGrantRequest request, RequestContext context) {
        Inputs.checkTokens(request.grantTokens());
        Grant grant =
                grants.create(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        new NewGrant(
                                Optional.ofNullable(request.name()),
                                request.granteePrincipal(),
                                Optional.ofNullable(request.retiringPrincipal()),
                                request.operationsAsStrings(),
                                constraint(request.constraints())),
                        Inputs.dryRun(request.dryRun()));
        return CreateGrantResponse.builder()
                .grantId(grant.id())
                .grantToken(Grants.token(grant))
                .build();
    }

    private static Constraint constraint(@Nullable GrantConstraints constraints) {
        if (constraints == null) {
            return new Constraint.None();
        }
        boolean exactly = constraints.hasEncryptionContextEquals();
        boolean including = constraints.hasEncryptionContextSubset();
        if (exactly && including) {
            throw KeyErrors.validation(
                    "Specify EncryptionContextEquals or EncryptionContextSubset, not both.");
        }
        if (exactly) {
            return new Constraint.Exactly(constraints.encryptionContextEquals());
        }
        return including
                ? new Constraint.Including(constraints.encryptionContextSubset())
                : new Constraint.None();
    }

    ListGrantsResponse list(ListGrantsRequest request, RequestContext context) {
        int limit = Markers.limit(request.limit(), PAGE);
        List<Grant> found =
                grants.list(
                        RequestKeys.caller(request, context),
                        request.keyId(),
                        Markers.after(request.marker()),
                        limit + 1);
        Markers.Page<Grant> page = Markers.page(found, limit, Grant::id);
        return ListGrantsResponse.builder()
                .grants(
                        page.items().stream()
                                .filter(
                                        grant ->
                                                isWanted(request.grantId(), grant.id())
                                                        && isWanted(
                                                                request.granteePrincipal(),
                                                                grant.grantee()))
                                .map(GrantOperations::entry)
                                .toList())
                .nextMarker(page.next().orElse(null))
                .truncated(page.next().isPresent())
                .build();
    }

    private static boolean isWanted(@Nullable String wanted, String value) {
        return wanted == null || wanted.equals(value);
    }

    ListRetirableGrantsResponse listRetirable(
            ListRetirableGrantsRequest request, RequestContext context) {
        int limit = Markers.limit(request.limit(), PAGE);
        List<Grant> found =
                grants.listRetirable(
                        RequestKeys.caller(request, context),
                        request.retiringPrincipal(),
                        Markers.after(request.marker()),
                        limit + 1);
        Markers.Page<Grant> page = Markers.page(found, limit, Grant::id);
        return ListRetirableGrantsResponse.builder()
                .grants(page.items().stream().map(GrantOperations::entry).toList())
                .nextMarker(page.next().orElse(null))
                .truncated(page.next().isPresent())
                .build();
    }

    RevokeGrantResponse revoke(RevokeGrantRequest request, RequestContext context) {
        grants.revoke(
                RequestKeys.caller(request, context),
                request.keyId(),
                request.grantId(),
                Inputs.dryRun(request.dryRun()));
        return RevokeGrantResponse.builder().build();
    }

    RetireGrantResponse retire(RetireGrantRequest request, RequestContext context) {
        KeyCaller caller = RequestKeys.caller(request, context);
        boolean byId = request.keyId() != null && request.grantId() != null;
        if (byId == (request.grantToken() != null)) {
            throw KeyErrors.validation("Specify a grant token, or a key ARN and a grant ID.");
        }
        if (byId) {
            grants.retire(
                    caller, request.keyId(), request.grantId(), Inputs.dryRun(request.dryRun()));
        } else {
            grants.retire(caller, request.grantToken(), Inputs.dryRun(request.dryRun()));
        }
        return RetireGrantResponse.builder().build();
    }

    private static GrantListEntry entry(Grant grant) {
        GrantListEntry.Builder entry =
                GrantListEntry.builder()
                        .keyId(grant.keyArn())
                        .grantId(grant.id())
                        .name(grant.name().orElse(""))
                        .creationDate(grant.createdAt())
                        .granteePrincipal(grant.grantee())
                        .issuingAccount(grant.issuingAccount())
                        .operationsWithStrings(grant.operations());
        grant.retiree().ifPresent(entry::retiringPrincipal);
        switch (grant.constraint()) {
            case Constraint.None() -> {}
            case Constraint.Exactly(var exactly) ->
                    entry.constraints(
                            GrantConstraints.builder().encryptionContextEquals(exactly).build());
            case Constraint.Including(var some) ->
                    entry.constraints(
                            GrantConstraints.builder().encryptionContextSubset(some).build());
        }
        return entry.build();
    }
}
