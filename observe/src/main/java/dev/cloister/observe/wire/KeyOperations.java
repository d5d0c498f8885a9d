package dev.cloister.observe.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.observe.logs.GroupName;
import dev.cloister.observe.logs.LogCatalog;
import dev.cloister.observe.logs.LogErrors;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.AssociateKmsKeyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.AssociateKmsKeyResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DisassociateKmsKeyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DisassociateKmsKeyResponse;

/** The operations on the KMS keys of log groups. */
final class KeyOperations {
    private static final Pattern KEY_ARN =
            Pattern.compile("arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:key/[A-Za-z0-9-]+");

    private final LogCatalog catalog;

    KeyOperations(LogCatalog catalog) {
        this.catalog = catalog;
    }

    AssociateKmsKeyResponse associate(AssociateKmsKeyRequest request, RequestContext context) {
        GroupName group = group(request.logGroupName(), request.resourceIdentifier(), context);
        catalog.setKey(group, Optional.of(keyArn(request.kmsKeyId(), group)));
        return AssociateKmsKeyResponse.builder().build();
    }

    DisassociateKmsKeyResponse disassociate(
            DisassociateKmsKeyRequest request, RequestContext context) {
        catalog.setKey(
                group(request.logGroupName(), request.resourceIdentifier(), context),
                Optional.empty());
        return DisassociateKmsKeyResponse.builder().build();
    }

    /** A key is named by its ARN, and is in the group's region. */
    static String keyArn(String kmsKeyId, GroupName group) {
        var arn = KEY_ARN.matcher(kmsKeyId);
        if (!arn.matches() || !arn.group(1).equals(group.region().value())) {
            throw LogErrors.noKey(group.name());
        }
        return kmsKeyId;
    }

    /** The results of queries, which can have a key too, are not kept here. */
    private static GroupName group(
            @Nullable String name, @Nullable String identifier, RequestContext context) {
        if (name != null && identifier != null) {
            throw LogErrors.invalid(
                    "logGroupName and resourceIdentifier are mutually exclusive parameters.");
        }
        if (identifier != null && identifier.contains(":query-result:")) {
            throw LogErrors.invalid(
                    "Encrypting the results of queries is not available in this version.");
        }
        if (name == null && identifier == null) {
            throw LogErrors.invalid("Specify either logGroupName or resourceIdentifier.");
        }
        return identifier == null
                ? GroupNames.named(String.valueOf(name), context)
                : GroupNames.ofArn(identifier, context);
    }
}
