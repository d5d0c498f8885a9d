package dev.cloister.api.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

/** awsJson1.0 and 1.1: everything in a JSON body, the operation in X-Amz-Target. */
final class AwsJsonCodec implements Codec {
    private final JsonPojoReader reader;
    private final JsonPojoWriter writer = new JsonPojoWriter();
    private final JsonErrors errors;
    private final Map<String, String> headers;

    AwsJsonCodec(ServiceFacts facts, FieldIndex fields) {
        this.reader = new JsonPojoReader(fields);
        this.errors = new JsonErrors(facts, writer);
        this.headers = Map.of("Content-Type", contentType(facts));
    }

    static String contentType(ServiceFacts facts) {
        return "application/x-amz-json-"
                + (facts.jsonVersion().isEmpty() ? "1.1" : facts.jsonVersion());
    }

    @Override
    public SdkPojo readInput(OperationFacts operation, SdkPojo builder, WireRequest request) {
        reader.read(request.body(), builder);
        return (SdkPojo) ((Buildable) builder).build();
    }

    @Override
    public WireResponse writeOutput(OperationFacts operation, SdkPojo output, String requestId) {
        boolean empty = operation.output().isEmpty();
        return new WireResponse(200, headers, empty ? new byte[0] : writer.write(output));
    }

    @Override
    public WireResponse writeError(AwsError error, String requestId) {
        return errors.awsJson(error);
    }
}
