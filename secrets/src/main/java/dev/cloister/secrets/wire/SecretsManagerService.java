package dev.cloister.secrets.wire;

import static dev.cloister.api.Operation.modeled;

import dev.cloister.api.Authorizer;
import dev.cloister.api.Operation;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.secrets.manager.SecretsManager;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetRandomPasswordRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretVersionIdsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutResourcePolicyRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.TagResourceRequest;
import software.amazon.awssdk.services.secretsmanager.model.UntagResourceRequest;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretVersionStageRequest;
import software.amazon.awssdk.services.secretsmanager.model.ValidateResourcePolicyRequest;

/** AWS Secrets Manager: its operations. */
public final class SecretsManagerService {
    private SecretsManagerService() {}

    /**
     * The service over the secrets of all accounts.
     *
     * @param authorizer asked about each secret of a batch
     */
    public static ServiceDefinition definition(SecretsManager manager, Authorizer authorizer) {
        return new ServiceDefinition(
                "secretsmanager",
                "/facts/secretsmanager.json",
                Stream.of(secrets(manager), values(manager, authorizer), policies(manager))
                        .flatMap(List::stream)
                        .toList(),
                new SecretsAccess(manager).table());
    }

    private static List<Operation> secrets(SecretsManager manager) {
        SecretOperations secrets = new SecretOperations(manager);
        ListOperations lists = new ListOperations(manager);
        return List.of(
                modeled("CreateSecret", CreateSecretRequest::builder, secrets::create),
                modeled("UpdateSecret", UpdateSecretRequest::builder, secrets::update),
                modeled("DescribeSecret", DescribeSecretRequest::builder, secrets::describe),
                modeled("DeleteSecret", DeleteSecretRequest::builder, secrets::delete),
                modeled("RestoreSecret", RestoreSecretRequest::builder, secrets::restore),
                modeled("ListSecrets", ListSecretsRequest::builder, lists::secrets),
                modeled(
                        "ListSecretVersionIds",
                        ListSecretVersionIdsRequest::builder,
                        lists::versions));
    }

    private static List<Operation> values(SecretsManager manager, Authorizer authorizer) {
        ValueOperations values = new ValueOperations(manager, authorizer);
        return List.of(
                modeled("GetSecretValue", GetSecretValueRequest::builder, values::get),
                modeled("BatchGetSecretValue", BatchGetSecretValueRequest::builder, values::batch),
                modeled("PutSecretValue", PutSecretValueRequest::builder, values::put),
                modeled(
                        "UpdateSecretVersionStage",
                        UpdateSecretVersionStageRequest::builder,
                        values::label));
    }

    private static List<Operation> policies(SecretsManager manager) {
        PolicyOperations policies = new PolicyOperations(manager);
        return List.of(
                modeled("GetResourcePolicy", GetResourcePolicyRequest::builder, policies::get),
                modeled("PutResourcePolicy", PutResourcePolicyRequest::builder, policies::put),
                modeled(
                        "DeleteResourcePolicy",
                        DeleteResourcePolicyRequest::builder,
                        policies::delete),
                modeled(
                        "ValidateResourcePolicy",
                        ValidateResourcePolicyRequest::builder,
                        policies::validate),
                modeled("TagResource", TagResourceRequest::builder, policies::tag),
                modeled("UntagResource", UntagResourceRequest::builder, policies::untag),
                modeled(
                        "GetRandomPassword",
                        GetRandomPasswordRequest::builder,
                        policies::password));
    }
}
