package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.CodeReaders;
import dev.cloister.functions.FunctionAlias;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionRecord;
import dev.cloister.functions.FunctionReference;
import dev.cloister.functions.FunctionVersion;
import dev.cloister.functions.Functions;
import dev.cloister.functions.LambdaErrors;
import dev.cloister.functions.Usage;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsResponse;
import software.amazon.awssdk.services.lambda.model.ListAliasesRequest;
import software.amazon.awssdk.services.lambda.model.ListAliasesResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionResponse;

/** The operations that list or count. */
final class ListOperations {
    private static final String LATEST = "$LATEST";
    private static final long CODE_SIZE_UNZIPPED = 262_144_000;
    private static final long CODE_SIZE_ZIPPED = 52_428_800;

    private final Functions functions;
    private final Responses responses;

    ListOperations(Functions functions, CodeReaders readers) {
        this.functions = functions;
        this.responses = new Responses(functions, readers);
    }

    ListFunctionsResponse functions(ListFunctionsRequest input, RequestContext context) {
        int size = Page.size(input.maxItems());
        if (isOfReplicas(input)) {
            return ListFunctionsResponse.builder().functions(List.of()).build();
        }
        Page<Listed> page =
                Page.of(
                        input.functionVersion() == null
                                ? latest(context, Page.after(input.marker()), size + 1)
                                : all(context, Page.after(input.marker()), size + 1),
                        size,
                        Listed::position);
        ListFunctionsResponse.Builder shown =
                ListFunctionsResponse.builder()
                        .functions(page.items().stream().map(Listed::shown).toList());
        page.nextMarker().ifPresent(shown::nextMarker);
        return shown.build();
    }

    /**
     * Whether only the replicas of a region's Lambda@Edge functions are wanted, of which there are
     * none: this installation replicates nothing. {@code ALL} wants everything.
     */
    private static boolean isOfReplicas(ListFunctionsRequest input) {
        if (input.masterRegion() == null) {
            return false;
        }
        if (input.functionVersion() == null) {
            throw LambdaErrors.invalidParameter(
                    "FunctionVersion must be ALL if MasterRegion is specified.");
        }
        return !input.masterRegion().equals("ALL");
    }

    /** An entry and where it stands: {@code name} or {@code name:version}. */
    private record Listed(FunctionConfiguration shown, String position) {}

    private List<Listed> latest(RequestContext context, String after, int limit) {
        return functions.listAfter(context.account(), context.region(), after, limit).stream()
                .map(
                        function ->
                                new Listed(
                                        responses.listed(
                                                context,
                                                function.key(),
                                                function.latest(),
                                                function.key().arn()),
                                        function.key().name()))
                .toList();
    }

    private List<Listed> all(RequestContext context, String after, int limit) {
        int colon = after.lastIndexOf(':');
        String name = colon < 0 ? after : after.substring(0, colon);
        List<Listed> entries = new ArrayList<>();
        if (colon >= 0) {
            functions
                    .find(new FunctionKey(context.account(), context.region(), name))
                    .ifPresent(
                            function ->
                                    versionsAfter(function, after.substring(colon + 1))
                                            .forEach(
                                                    v ->
                                                            entries.add(
                                                                    qualified(
                                                                            context, function,
                                                                            v))));
        }
        String last = name;
        while (entries.size() < limit) {
            List<FunctionRecord> next =
                    functions.listAfter(context.account(), context.region(), last, limit);
            if (next.isEmpty()) {
                break;
            }
            for (FunctionRecord function : next) {
                function.versions().forEach(v -> entries.add(qualified(context, function, v)));
                last = function.key().name();
            }
        }
        return entries.subList(0, Math.min(limit, entries.size()));
    }

    private Listed qualified(
            RequestContext context, FunctionRecord function, FunctionVersion version) {
        return new Listed(
                responses.listed(
                        context, function.key(), version, function.key().arn(version.version())),
                function.key().name() + ":" + version.version());
    }

    /** {@code $LATEST}, then the numbers, rising; those after a version that may be gone. */
    private static List<FunctionVersion> versionsAfter(FunctionRecord function, String version) {
        if (version.isEmpty()) {
            return function.versions();
        }
        if (version.equals(LATEST)) {
            return List.copyOf(function.published().values());
        }
        try {
            return List.copyOf(function.published().tailMap(Long.valueOf(version), false).values());
        } catch (NumberFormatException e) {
            throw LambdaErrors.invalidParameter(
                    "The marker is not valid. Use the NextMarker of the previous page.");
        }
    }

    ListVersionsByFunctionResponse versions(
            ListVersionsByFunctionRequest input, RequestContext context) {
        FunctionRecord function =
                require(input.functionName(), context, "lambda:ListVersionsByFunction");
        int size = Page.size(input.maxItems());
        Page<FunctionVersion> page =
                Page.of(
                        versionsAfter(function, Page.after(input.marker())),
                        size,
                        FunctionVersion::version);
        ListVersionsByFunctionResponse.Builder shown =
                ListVersionsByFunctionResponse.builder()
                        .versions(
                                page.items().stream()
                                        .map(version -> qualified(context, function, version).shown)
                                        .toList());
        page.nextMarker().ifPresent(shown::nextMarker);
        return shown.build();
    }

    ListAliasesResponse aliases(ListAliasesRequest input, RequestContext context) {
        FunctionRecord function = require(input.functionName(), context, "lambda:ListAliases");
        int size = Page.size(input.maxItems());
        String version = Requests.given(input.functionVersion()).orElse("");
        Page<FunctionAlias> page =
                Page.of(
                        function
                                .aliases()
                                .tailMap(Page.after(input.marker()), false)
                                .values()
                                .stream()
                                .filter(alias -> version.isEmpty() || pointsTo(alias, version))
                                .limit(size + 1L)
                                .toList(),
                        size,
                        FunctionAlias::name);
        ListAliasesResponse.Builder shown =
                ListAliasesResponse.builder()
                        .aliases(
                                page.items().stream()
                                        .map(alias -> Responses.alias(function.key(), alias))
                                        .toList());
        page.nextMarker().ifPresent(shown::nextMarker);
        return shown.build();
    }

    private static boolean pointsTo(FunctionAlias alias, String version) {
        return alias.version().equals(version)
                || alias.routing().filter(route -> route.version().equals(version)).isPresent();
    }

    GetAccountSettingsResponse account(GetAccountSettingsRequest input, RequestContext context) {
        Usage usage = functions.usage(context.account(), context.region());
        int concurrency = functions.settings().accountConcurrency();
        int reserved = functions.concurrencyEdits().reserved(context.account(), context.region());
        return GetAccountSettingsResponse.builder()
                .accountLimit(
                        limit ->
                                limit.totalCodeSize(functions.settings().totalCodeSize())
                                        .codeSizeUnzipped(CODE_SIZE_UNZIPPED)
                                        .codeSizeZipped(CODE_SIZE_ZIPPED)
                                        .concurrentExecutions(concurrency)
                                        .unreservedConcurrentExecutions(concurrency - reserved))
                .accountUsage(
                        used ->
                                used.totalCodeSize(usage.codeSize())
                                        .functionCount(usage.functions()))
                .build();
    }

    private FunctionRecord require(String given, RequestContext context, String action) {
        FunctionReference reference =
                FunctionReference.of(given, java.util.Optional.empty(), context, action);
        return functions
                .find(Requests.unqualified(given, context, action))
                .orElseThrow(() -> LambdaErrors.functionNotFound(reference.arn()));
    }
}
