package dev.cloister.secrets.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.parameters.Decryption;
import dev.cloister.secrets.parameters.Parameter;
import dev.cloister.secrets.parameters.ParameterErrors;
import dev.cloister.secrets.parameters.ParameterKind;
import dev.cloister.secrets.parameters.ParameterReads;
import dev.cloister.secrets.parameters.ParameterReads.Read;
import dev.cloister.secrets.parameters.ParameterStore;
import dev.cloister.secrets.parameters.ParameterWrites;
import dev.cloister.secrets.parameters.ParameterWrites.Deleted;
import dev.cloister.secrets.parameters.ParameterWrites.NewParameter;
import dev.cloister.secrets.parameters.ParameterWrites.Overwrite;
import dev.cloister.secrets.parameters.ParameterWrites.WantedTier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.DeleteParameterRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParameterResponse;
import software.amazon.awssdk.services.ssm.model.DeleteParametersRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParametersResponse;
import software.amazon.awssdk.services.ssm.model.GetParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersResponse;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;
import software.amazon.awssdk.services.ssm.model.PutParameterResponse;

/** The operations on parameters by their names. */
final class ParameterOperations {
    private static final Set<String> NO_POLICIES = Set.of("", "[]", "{}", "[{}]");
    private static final Set<String> UNKNOWN =
            Set.of("ParameterNotFound", "ParameterVersionNotFound");

    private final ParameterWrites writes;
    private final ParameterReads reads;

    ParameterOperations(ParameterStore store) {
        this.writes = store.writes();
        this.reads = store.reads();
    }

    PutParameterResponse put(PutParameterRequest request, RequestContext context) {
        if (request.policies() != null && !NO_POLICIES.contains(request.policies().strip())) {
            throw ParameterErrors.notAvailable("Parameter policies are");
        }
        Parameter parameter =
                writes.put(
                        ParameterInputs.caller(context),
                        new NewParameter(
                                request.name(),
                                request.value(),
                                Optional.ofNullable(request.typeAsString())
                                        .flatMap(ParameterKind::named),
                                Optional.ofNullable(request.description()),
                                Optional.ofNullable(request.keyId()),
                                Optional.ofNullable(request.allowedPattern()),
                                Optional.ofNullable(request.dataType())
                                        .filter(type -> !type.isEmpty()),
                                tier(request.tierAsString()),
                                Boolean.TRUE.equals(request.overwrite())
                                        ? Overwrite.ALLOWED
                                        : Overwrite.REFUSED,
                                ParameterInputs.tags(request.tags())));
        return PutParameterResponse.builder()
                .version(parameter.version())
                .tier(parameter.tier().wireName())
                .build();
    }

    private static WantedTier tier(@Nullable String tier) {
        return switch (tier == null ? "" : tier) {
            case "Standard" -> WantedTier.STANDARD;
            case "Advanced" -> WantedTier.ADVANCED;
            case "Intelligent-Tiering" -> WantedTier.INTELLIGENT;
            default -> WantedTier.UNSAID;
        };
    }

    GetParameterResponse get(GetParameterRequest request, RequestContext context) {
        Read read =
                reads.get(
                        ParameterInputs.caller(context),
                        request.name(),
                        ParameterInputs.decryption(request.withDecryption()));
        return GetParameterResponse.builder().parameter(ParameterOutputs.parameter(read)).build();
    }

    GetParametersResponse getAll(GetParametersRequest request, RequestContext context) {
        KeyCaller caller = ParameterInputs.caller(context);
        Decryption decryption = ParameterInputs.decryption(request.withDecryption());
        List<software.amazon.awssdk.services.ssm.model.Parameter> found = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (String name : new LinkedHashSet<>(request.names())) {
            try {
                found.add(ParameterOutputs.parameter(reads.get(caller, name, decryption)));
            } catch (AwsError e) {
                if (!UNKNOWN.contains(e.code())) {
                    throw e;
                }
                unknown.add(name);
            }
        }
        return GetParametersResponse.builder().parameters(found).invalidParameters(unknown).build();
    }

    DeleteParameterResponse delete(DeleteParameterRequest request, RequestContext context) {
        writes.delete(ParameterInputs.caller(context), request.name());
        return DeleteParameterResponse.builder().build();
    }

    DeleteParametersResponse deleteAll(DeleteParametersRequest request, RequestContext context) {
        Deleted deleted = writes.delete(ParameterInputs.caller(context), request.names());
        return DeleteParametersResponse.builder()
                .deletedParameters(deleted.names())
                .invalidParameters(deleted.unknown())
                .build();
    }
}
