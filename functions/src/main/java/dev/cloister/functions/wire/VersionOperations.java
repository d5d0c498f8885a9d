package dev.cloister.functions.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.functions.CodeReaders;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionVersion;
import dev.cloister.functions.Functions;
import dev.cloister.functions.VersionEdits.Publication;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;

/** Publishing. */
final class VersionOperations {
    private final Functions functions;
    private final Responses responses;

    VersionOperations(Functions functions, CodeReaders readers) {
        this.functions = functions;
        this.responses = new Responses(functions, readers);
    }

    PublishVersionResponse publish(PublishVersionRequest input, RequestContext context) {
        FunctionKey key =
                Requests.unqualified(input.functionName(), context, "lambda:PublishVersion");
        FunctionVersion version =
                functions
                        .versionEdits()
                        .publish(
                                key,
                                new Publication(
                                        Requests.given(input.description()),
                                        Requests.given(input.codeSha256())
                                                .filter(text -> !text.isEmpty()),
                                        Requests.given(input.revisionId())));
        return Responses.copy(
                        responses.full(context, key, version, key.arn(version.version())),
                        PublishVersionResponse.builder())
                .build();
    }
}
