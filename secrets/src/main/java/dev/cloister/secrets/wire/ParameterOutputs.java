package dev.cloister.secrets.wire;

import dev.cloister.secrets.parameters.ParameterReads.Read;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterHistory;
import software.amazon.awssdk.services.ssm.model.ParameterMetadata;

/** Parameters as the API shows them. */
final class ParameterOutputs {
    private ParameterOutputs() {}

    static Parameter parameter(Read read) {
        dev.cloister.secrets.parameters.Parameter source = read.parameter();
        return Parameter.builder()
                .name(source.key().name())
                .arn(source.key().arn())
                .type(source.kind().wireName())
                .value(read.value())
                .version(source.version())
                .selector(read.selector().orElse(null))
                .lastModifiedDate(source.modifiedAt())
                .dataType(source.dataType())
                .build();
    }

    static ParameterHistory history(Read read) {
        dev.cloister.secrets.parameters.Parameter source = read.parameter();
        return ParameterHistory.builder()
                .name(source.key().name())
                .type(source.kind().wireName())
                .keyId(source.keyId().orElse(null))
                .value(read.value())
                .version(source.version())
                .description(source.description().orElse(null))
                .allowedPattern(source.allowedPattern().orElse(null))
                .labels(source.labels())
                .tier(source.tier().wireName())
                .dataType(source.dataType())
                .lastModifiedDate(source.modifiedAt())
                .lastModifiedUser(source.modifiedBy())
                .build();
    }

    static ParameterMetadata metadata(dev.cloister.secrets.parameters.Parameter source) {
        return ParameterMetadata.builder()
                .name(source.key().name())
                .arn(source.key().arn())
                .type(source.kind().wireName())
                .keyId(source.keyId().orElse(null))
                .version(source.version())
                .description(source.description().orElse(null))
                .allowedPattern(source.allowedPattern().orElse(null))
                .tier(source.tier().wireName())
                .dataType(source.dataType())
                .lastModifiedDate(source.modifiedAt())
                .lastModifiedUser(source.modifiedBy())
                .build();
    }
}
