package dev.cloister.identity.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.RequestContext;
import dev.cloister.identity.directory.Directory;
import dev.cloister.identity.directory.IamErrors;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.DeleteLoginProfileRequest;
import software.amazon.awssdk.services.iam.model.DeleteLoginProfileResponse;
import software.amazon.awssdk.services.iam.model.GetAccountPasswordPolicyRequest;
import software.amazon.awssdk.services.iam.model.GetAccountPasswordPolicyResponse;
import software.amazon.awssdk.services.iam.model.GetLoginProfileRequest;
import software.amazon.awssdk.services.iam.model.GetLoginProfileResponse;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesRequest;
import software.amazon.awssdk.services.iam.model.ListInstanceProfilesResponse;
import software.amazon.awssdk.services.iam.model.ListMfaDevicesRequest;
import software.amazon.awssdk.services.iam.model.ListMfaDevicesResponse;
import software.amazon.awssdk.services.iam.model.ListSamlProvidersRequest;
import software.amazon.awssdk.services.iam.model.ListSamlProvidersResponse;
import software.amazon.awssdk.services.iam.model.ListServerCertificatesRequest;
import software.amazon.awssdk.services.iam.model.ListServerCertificatesResponse;
import software.amazon.awssdk.services.iam.model.ListServiceSpecificCredentialsRequest;
import software.amazon.awssdk.services.iam.model.ListServiceSpecificCredentialsResponse;
import software.amazon.awssdk.services.iam.model.ListSigningCertificatesRequest;
import software.amazon.awssdk.services.iam.model.ListSigningCertificatesResponse;
import software.amazon.awssdk.services.iam.model.ListSshPublicKeysRequest;
import software.amazon.awssdk.services.iam.model.ListSshPublicKeysResponse;
import software.amazon.awssdk.services.iam.model.ListVirtualMfaDevicesRequest;
import software.amazon.awssdk.services.iam.model.ListVirtualMfaDevicesResponse;

/**
 * Asks for what no account here has, as nothing makes it: console passwords, devices, certificates
 * and instance profiles. Terraform and others ask before they delete a user. Thread-safe.
 */
final class AbsentOperations {
    private final Directory directory;

    AbsentOperations(Directory directory) {
        this.directory = directory;
    }

    List<Operation> rows() {
        return List.of(
                Operation.modeled(
                        "ListSSHPublicKeys", ListSshPublicKeysRequest::builder, this::sshKeys),
                Operation.modeled(
                        "ListMFADevices", ListMfaDevicesRequest::builder, this::mfaDevices),
                Operation.modeled(
                        "ListSigningCertificates",
                        ListSigningCertificatesRequest::builder,
                        this::signingCertificates),
                Operation.modeled(
                        "ListServiceSpecificCredentials",
                        ListServiceSpecificCredentialsRequest::builder,
                        this::serviceCredentials),
                Operation.modeled(
                        "GetLoginProfile", GetLoginProfileRequest::builder, this::loginProfile),
                Operation.modeled(
                        "DeleteLoginProfile",
                        DeleteLoginProfileRequest::builder,
                        this::deleteLoginProfile),
                Operation.modeled(
                        "GetAccountPasswordPolicy",
                        GetAccountPasswordPolicyRequest::builder,
                        AbsentOperations::passwordPolicy),
                Operation.<ListVirtualMfaDevicesRequest, ListVirtualMfaDevicesResponse>modeled(
                        "ListVirtualMFADevices",
                        ListVirtualMfaDevicesRequest::builder,
                        (input, context) ->
                                ListVirtualMfaDevicesResponse.builder()
                                        .virtualMFADevices(List.of())
                                        .isTruncated(false)
                                        .build()),
                Operation.<ListServerCertificatesRequest, ListServerCertificatesResponse>modeled(
                        "ListServerCertificates",
                        ListServerCertificatesRequest::builder,
                        (input, context) ->
                                ListServerCertificatesResponse.builder()
                                        .serverCertificateMetadataList(List.of())
                                        .isTruncated(false)
                                        .build()),
                Operation.<ListSamlProvidersRequest, ListSamlProvidersResponse>modeled(
                        "ListSAMLProviders",
                        ListSamlProvidersRequest::builder,
                        (input, context) ->
                                ListSamlProvidersResponse.builder()
                                        .samlProviderList(List.of())
                                        .build()),
                Operation.<ListInstanceProfilesRequest, ListInstanceProfilesResponse>modeled(
                        "ListInstanceProfiles",
                        ListInstanceProfilesRequest::builder,
                        (input, context) ->
                                ListInstanceProfilesResponse.builder()
                                        .instanceProfiles(List.of())
                                        .isTruncated(false)
                                        .build()));
    }

    /** Whose things are asked for has to be there; the root user is its own account's. */
    private void requireUser(@Nullable String name, RequestContext context) {
        if (name == null && UserOperations.isRoot(context)) {
            return;
        }
        String found =
                UserOperations.user(directory.state(context.account()), name, context).name();
        assert !found.isEmpty();
    }

    private ListSshPublicKeysResponse sshKeys(
            ListSshPublicKeysRequest input, RequestContext context) {
        requireUser(input.userName(), context);
        return ListSshPublicKeysResponse.builder()
                .sshPublicKeys(List.of())
                .isTruncated(false)
                .build();
    }

    private ListMfaDevicesResponse mfaDevices(ListMfaDevicesRequest input, RequestContext context) {
        requireUser(input.userName(), context);
        return ListMfaDevicesResponse.builder().mfaDevices(List.of()).isTruncated(false).build();
    }

    private ListSigningCertificatesResponse signingCertificates(
            ListSigningCertificatesRequest input, RequestContext context) {
        requireUser(input.userName(), context);
        return ListSigningCertificatesResponse.builder()
                .certificates(List.of())
                .isTruncated(false)
                .build();
    }

    private ListServiceSpecificCredentialsResponse serviceCredentials(
            ListServiceSpecificCredentialsRequest input, RequestContext context) {
        requireUser(input.userName(), context);
        return ListServiceSpecificCredentialsResponse.builder()
                .serviceSpecificCredentials(List.of())
                .build();
    }

    private GetLoginProfileResponse loginProfile(
            GetLoginProfileRequest input, RequestContext context) {
        throw noProfile(input.userName(), context);
    }

    private DeleteLoginProfileResponse deleteLoginProfile(
            DeleteLoginProfileRequest input, RequestContext context) {
        throw noProfile(input.userName(), context);
    }

    private AwsError noProfile(@Nullable String name, RequestContext context) {
        requireUser(name, context);
        String shown = name == null ? context.principal().arn() : name;
        return IamErrors.noSuchEntity("Login Profile for User " + shown + " cannot be found.");
    }

    private static GetAccountPasswordPolicyResponse passwordPolicy(
            GetAccountPasswordPolicyRequest input, RequestContext context) {
        throw IamErrors.noSuchEntity(
                "The Password Policy with domain name " + context.account() + " cannot be found.");
    }
}
