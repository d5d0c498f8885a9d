package dev.cloister.secrets.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.secrets.parameters.Parameter;
import dev.cloister.secrets.parameters.ParameterErrors;
import dev.cloister.secrets.parameters.ParameterFilter;
import dev.cloister.secrets.parameters.ParameterFilter.Subject;
import dev.cloister.secrets.parameters.ParameterReads;
import dev.cloister.secrets.parameters.ParameterReads.Depth;
import dev.cloister.secrets.parameters.ParameterReads.Read;
import dev.cloister.secrets.parameters.ParameterStore;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ssm.model.DescribeParametersRequest;
import software.amazon.awssdk.services.ssm.model.DescribeParametersResponse;
import software.amazon.awssdk.services.ssm.model.GetParameterHistoryRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterHistoryResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;

/** The lists of parameters and of their versions. */
final class ParameterLists {
    private static final int PATH_PAGE = 10;
    private static final int PAGE = 50;
    private static final Set<Subject> OF_PATHS =
            EnumSet.of(Subject.TYPE, Subject.KEY_ID, Subject.LABEL);
    private static final Set<Subject> OF_LISTS = EnumSet.complementOf(EnumSet.of(Subject.LABEL));

    private final ParameterReads reads;

    ParameterLists(ParameterStore store) {
        this.reads = store.reads();
    }

    GetParametersByPathResponse byPath(GetParametersByPathRequest request, RequestContext context) {
        int most = Optional.ofNullable(request.maxResults()).orElse(PATH_PAGE);
        List<Read> found =
                reads.byPath(
                        ParameterInputs.caller(context),
                        request.path(),
                        Boolean.TRUE.equals(request.recursive())
                                ? Depth.ALL_LEVELS
                                : Depth.ONE_LEVEL,
                        ParameterInputs.filters(request.parameterFilters(), OF_PATHS),
                        ParameterInputs.after(request.nextToken()),
                        most + 1,
                        ParameterInputs.decryption(request.withDecryption()));
        List<Read> page = found.subList(0, Math.min(most, found.size()));
        return GetParametersByPathResponse.builder()
                .parameters(page.stream().map(ParameterOutputs::parameter).toList())
                .nextToken(
                        found.size() > most
                                ? ParameterInputs.token(page.getLast().parameter().key().name())
                                : null)
                .build();
    }

    GetParameterHistoryResponse history(
            GetParameterHistoryRequest request, RequestContext context) {
        int most = Optional.ofNullable(request.maxResults()).orElse(PAGE);
        List<Read> found =
                reads.history(
                        ParameterInputs.caller(context),
                        request.name(),
                        ParameterInputs.number(ParameterInputs.after(request.nextToken())),
                        most + 1,
                        ParameterInputs.decryption(request.withDecryption()));
        List<Read> page = found.subList(0, Math.min(most, found.size()));
        return GetParameterHistoryResponse.builder()
                .parameters(page.stream().map(ParameterOutputs::history).toList())
                .nextToken(
                        found.size() > most
                                ? ParameterInputs.token(
                                        Long.toString(page.getLast().parameter().version()))
                                : null)
                .build();
    }

    DescribeParametersResponse describe(DescribeParametersRequest request, RequestContext context) {
        if (!request.filters().isEmpty() && !request.parameterFilters().isEmpty()) {
            throw ParameterErrors.validation(
                    "You can use either Filters or ParameterFilters in a single request.");
        }
        List<ParameterFilter> filters =
                request.filters().isEmpty()
                        ? ParameterInputs.filters(request.parameterFilters(), OF_LISTS)
                        : ParameterInputs.oldFilters(request.filters());
        String after = ParameterInputs.after(request.nextToken());
        int most = Optional.ofNullable(request.maxResults()).orElse(PAGE);
        // No account shares parameters with another here.
        List<Parameter> found =
                Boolean.TRUE.equals(request.shared())
                        ? List.of()
                        : reads.list(ParameterInputs.caller(context), filters, after, most + 1);
        List<Parameter> page = found.subList(0, Math.min(most, found.size()));
        return DescribeParametersResponse.builder()
                .parameters(page.stream().map(ParameterOutputs::metadata).toList())
                .nextToken(
                        found.size() > most
                                ? ParameterInputs.token(page.getLast().key().name())
                                : null)
                .build();
    }
}
