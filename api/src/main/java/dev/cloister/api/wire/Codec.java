package dev.cloister.api.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;

/** Both directions of one protocol for one service. Thread-safe. */
public interface Codec {

    /**
     * Reads a request into a fresh builder of Amazon's request type and builds it.
     *
     * @throws AwsError {@code SerializationException} if the message doesn't have the types of the
     *     model; unknown members are ignored
     */
    SdkPojo readInput(OperationFacts operation, SdkPojo builder, WireRequest request);

    WireResponse writeOutput(OperationFacts operation, SdkPojo output, String requestId);

    WireResponse writeError(AwsError error, String requestId);

    /**
     * The codec of a model's protocol.
     *
     * @return empty if this version has none for it
     */
    static Optional<Codec> of(ServiceFacts facts) {
        FieldIndex fields = new FieldIndex();
        return switch (Protocol.of(facts)) {
            case REST_JSON -> Optional.of(new RestJsonCodec(facts, fields));
            case AWS_JSON -> Optional.of(new AwsJsonCodec(facts, fields));
            case QUERY -> Optional.of(new QueryCodec(facts));
            case REST_XML -> Optional.of(new RestXmlCodec(facts));
            case EC2_QUERY, RPC_V2_CBOR -> Optional.empty();
        };
    }
}
