package dev.cloister.secrets.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.secrets.manager.Passwords;
import dev.cloister.secrets.manager.Passwords.EachKind;
import dev.cloister.secrets.manager.Passwords.Kind;
import dev.cloister.secrets.manager.PolicyCheck.Finding;
import dev.cloister.secrets.manager.Secret;
import dev.cloister.secrets.manager.SecretPolicies;
import dev.cloister.secrets.manager.SecretPolicies.PublicPolicies;
import dev.cloister.secrets.manager.SecretTags;
import dev.cloister.secrets.manager.SecretsManager;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetRandomPasswordRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetRandomPasswordResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.TagResourceRequest;
import software.amazon.awssdk.services.secretsmanager.model.TagResourceResponse;
import software.amazon.awssdk.services.secretsmanager.model.UntagResourceRequest;
import software.amazon.awssdk.services.secretsmanager.model.UntagResourceResponse;
import software.amazon.awssdk.services.secretsmanager.model.ValidateResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.ValidateResourcePolicyResponse;
import software.amazon.awssdk.services.secretsmanager.model.ValidationErrorsEntry;

/** The operations on policies and tags of secrets, and random passwords. */
final class PolicyOperations {
    private static final long PASSWORD_LENGTH = 32;

    private final SecretPolicies policies;
    private final SecretTags tags;
    private final Passwords passwords;

    PolicyOperations(SecretsManager manager) {
        this.policies = manager.policies();
        this.tags = manager.tags();
        this.passwords = manager.passwords();
    }

    GetResourcePolicyResponse get(GetResourcePolicyRequest request, RequestContext context) {
        Secret secret = policies.get(SecretInputs.caller(context), request.secretId());
        return GetResourcePolicyResponse.builder()
                .arn(secret.arn())
                .name(secret.name())
                .resourcePolicy(secret.policy().orElse(null))
                .build();
    }

    PutResourcePolicyResponse put(PutResourcePolicyRequest request, RequestContext context) {
        Secret secret =
                policies.put(
                        SecretInputs.caller(context),
                        request.secretId(),
                        request.resourcePolicy(),
                        Boolean.TRUE.equals(request.blockPublicPolicy())
                                ? PublicPolicies.BLOCKED
                                : PublicPolicies.ALLOWED);
        return PutResourcePolicyResponse.builder().arn(secret.arn()).name(secret.name()).build();
    }

    DeleteResourcePolicyResponse delete(
            DeleteResourcePolicyRequest request, RequestContext context) {
        Secret secret = policies.delete(SecretInputs.caller(context), request.secretId());
        return DeleteResourcePolicyResponse.builder().arn(secret.arn()).name(secret.name()).build();
    }

    ValidateResourcePolicyResponse validate(
            ValidateResourcePolicyRequest request, RequestContext context) {
        List<ValidationErrorsEntry> errors =
                switch (policies.validate(
                        SecretInputs.caller(context),
                        Optional.ofNullable(request.secretId()),
                        request.resourcePolicy())) {
                    case Finding.Sound() -> List.of();
                    case Finding.Public() ->
                            List.of(
                                    error(
                                            "PublicPolicyCheck",
                                            "The resource policy allows broad access to the"
                                                    + " secret."));
                    case Finding.Malformed malformed ->
                            malformed.reasons().stream()
                                    .map(reason -> error("SyntaxCheck", reason))
                                    .toList();
                };
        return ValidateResourcePolicyResponse.builder()
                .policyValidationPassed(errors.isEmpty())
                .validationErrors(errors)
                .build();
    }

    private static ValidationErrorsEntry error(String check, String message) {
        return ValidationErrorsEntry.builder().checkName(check).errorMessage(message).build();
    }

    TagResourceResponse tag(TagResourceRequest request, RequestContext context) {
        tags.put(
                SecretInputs.caller(context),
                request.secretId(),
                SecretInputs.tags(request.tags()));
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untag(UntagResourceRequest request, RequestContext context) {
        tags.remove(SecretInputs.caller(context), request.secretId(), request.tagKeys());
        return UntagResourceResponse.builder().build();
    }

    GetRandomPasswordResponse password(GetRandomPasswordRequest request, RequestContext context) {
        Set<Kind> kinds = EnumSet.allOf(Kind.class);
        exclude(kinds, Kind.LOWERCASE, request.excludeLowercase());
        exclude(kinds, Kind.UPPERCASE, request.excludeUppercase());
        exclude(kinds, Kind.NUMBER, request.excludeNumbers());
        exclude(kinds, Kind.PUNCTUATION, request.excludePunctuation());
        exclude(kinds, Kind.SPACE, !Boolean.TRUE.equals(request.includeSpace()));
        return GetRandomPasswordResponse.builder()
                .randomPassword(
                        passwords.generate(
                                Optional.ofNullable(request.passwordLength())
                                        .orElse(PASSWORD_LENGTH)
                                        .intValue(),
                                kinds,
                                Optional.ofNullable(request.excludeCharacters()).orElse(""),
                                Boolean.FALSE.equals(request.requireEachIncludedType())
                                        ? EachKind.LEFT_TO_CHANCE
                                        : EachKind.REQUIRED))
                .build();
    }

    private static void exclude(Set<Kind> kinds, Kind kind, @Nullable Boolean excluded) {
        if (Boolean.TRUE.equals(excluded)) {
            kinds.remove(kind);
        }
    }
}
