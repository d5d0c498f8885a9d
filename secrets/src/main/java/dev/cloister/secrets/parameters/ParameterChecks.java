package dev.cloister.secrets.parameters;

import dev.cloister.secrets.parameters.ParameterWrites.NewParameter;
import dev.cloister.secrets.parameters.ParameterWrites.Overwrite;
import java.nio.charset.StandardCharsets;

/** What Parameter Store asks of new versions beyond its model's constraints. */
final class ParameterChecks {
    private ParameterChecks() {}

    static void check(NewParameter wanted) {
        if (wanted.value().isEmpty()) {
            throw ParameterErrors.validation(
                    "1 validation error detected: Value '' at 'value' failed to satisfy constraint:"
                            + " Member must have length greater than or equal to 1");
        }
        int nested = wanted.value().indexOf("{{");
        if (nested >= 0 && wanted.value().indexOf("}}", nested) >= 0) {
            throw ParameterErrors.validation(
                    "Parameter value can't nest another parameter. Do not use \"{{}}\" in the"
                            + " value.");
        }
        wanted.dataType().ifPresent(ParameterChecks::checkDataType);
        if (wanted.overwrite() == Overwrite.ALLOWED && !wanted.tags().isEmpty()) {
            throw ParameterErrors.validation(
                    "Invalid request: tags and overwrite can't be used together. To create a"
                            + " parameter with tags, please remove overwrite flag. To update tags for"
                            + " an existing parameter, please use AddTagsToResource or"
                            + " RemoveTagsFromResource.");
        }
        ParameterTags.check(wanted.tags());
    }

    private static void checkDataType(String type) {
        switch (type) {
            case ParameterWrites.TEXT -> {}
            case "aws:ec2:image", "aws:ssm:integration" ->
                    throw ParameterErrors.notAvailable("The data type " + type + " is");
            default ->
                    throw ParameterErrors.validation(
                            "The following data type is not supported: %s (Data type names are all lowercase.)"
                                    .formatted(type));
        }
    }

    static int bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8).length;
    }

    static void requireFits(ParameterTier tier, String value) {
        if (bytes(value) <= tier.mostBytes()) {
            return;
        }
        throw ParameterErrors.validation(
                switch (tier) {
                    case STANDARD ->
                            "Standard tier parameters support a maximum parameter value of 4096"
                                    + " characters. To create a larger parameter value, upgrade the"
                                    + " parameter to use the advanced-parameter tier. For more"
                                    + " information, see"
                                    + " https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html";
                    case ADVANCED ->
                            "Advanced tier parameters support a maximum parameter value of 8192"
                                    + " characters.";
                });
    }
}
