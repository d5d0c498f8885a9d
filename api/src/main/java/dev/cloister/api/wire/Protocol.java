package dev.cloister.api.wire;

import dev.cloister.api.facts.ServiceFacts;

/** The wire protocols of AWS's services. */
public enum Protocol {
    REST_JSON(true),
    AWS_JSON(true),
    QUERY(true),
    /** S3's. */
    REST_XML(true),
    /** EC2's; has its place here, and no codec yet. */
    EC2_QUERY(false),
    /** CloudWatch's in newer SDKs; has its place here, and no codec yet. */
    RPC_V2_CBOR(false);

    private final boolean spoken;

    Protocol(boolean spoken) {
        this.spoken = spoken;
    }

    /** Whether this version has a codec for it. */
    public boolean isSpoken() {
        return spoken;
    }

    /**
     * The protocol of a model.
     *
     * @throws IllegalArgumentException if the model's is unknown
     */
    public static Protocol of(ServiceFacts facts) {
        return switch (facts.protocol()) {
            case "rest-json" -> REST_JSON;
            case "json" -> AWS_JSON;
            case "query" -> QUERY;
            case "rest-xml" -> REST_XML;
            case "ec2" -> EC2_QUERY;
            case "smithy-rpc-v2-cbor" -> RPC_V2_CBOR;
            default ->
                    throw new IllegalArgumentException(
                            "unknown protocol " + facts.protocol() + " of " + facts.signingName());
        };
    }
}
