package dev.cloister.keys.wire;

import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.OperationHandler;
import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.keys.managed.KeyUseLog;
import dev.cloister.keys.managed.KeyUseLog.Refusal;
import dev.cloister.keys.managed.KeyUseLog.Use;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** Records each request that uses a key's material, answered or refused. */
final class KmsRecording {
    private static final Set<String> CRYPTOGRAPHIC =
            Set.of(
                    "Decrypt",
                    "DeriveSharedSecret",
                    "Encrypt",
                    "GenerateDataKey",
                    "GenerateDataKeyPair",
                    "GenerateDataKeyPairWithoutPlaintext",
                    "GenerateDataKeyWithoutPlaintext",
                    "GenerateMac",
                    "GetPublicKey",
                    "ReEncrypt",
                    "Sign",
                    "Verify",
                    "VerifyMac");

    /** Members of requests that say how a key was used; never what it was used on. */
    private static final Set<String> SHOWN =
            Set.of(
                    "DestinationEncryptionAlgorithm",
                    "DestinationEncryptionContext",
                    "DestinationKeyId",
                    "DryRun",
                    "EncryptionAlgorithm",
                    "EncryptionContext",
                    "KeyAgreementAlgorithm",
                    "KeyId",
                    "KeyPairSpec",
                    "KeySpec",
                    "MacAlgorithm",
                    "MessageType",
                    "NumberOfBytes",
                    "SigningAlgorithm",
                    "SourceEncryptionAlgorithm",
                    "SourceEncryptionContext",
                    "SourceKeyId");

    private final KeyUseLog log;

    KmsRecording(KeyUseLog log) {
        this.log = log;
    }

    Operation around(Operation row) {
        return CRYPTOGRAPHIC.contains(row.name()) ? recorded((Operation.Modeled<?, ?>) row) : row;
    }

    private <I extends SdkPojo, O extends SdkPojo> Operation recorded(Operation.Modeled<I, O> row) {
        OperationHandler<I, O> handler =
                (input, context) -> {
                    O output;
                    try {
                        output = row.handler().handle(input, context);
                    } catch (AwsError e) {
                        record(
                                row.name(),
                                input,
                                named(input, context),
                                Optional.of(new Refusal(e.code(), e.message())),
                                context);
                        throw e;
                    }
                    for (String key : keys(output)) {
                        record(row.name(), input, key, Optional.empty(), context);
                    }
                    return output;
                };
        return Operation.modeled(row.name(), row.newInput(), handler);
    }

    /** Before the answer leaves: a use that can't be recorded is refused. */
    private void record(
            String operation,
            SdkPojo input,
            String keyArn,
            Optional<Refusal> error,
            RequestContext context) {
        Map<String, Object> parameters = new TreeMap<>();
        for (SdkField<?> field : input.sdkFields()) {
            Object value = field.getValueOrDefault(input);
            if (SHOWN.contains(field.memberName()) && isGiven(value)) {
                parameters.put(
                        field.memberName().substring(0, 1).toLowerCase(Locale.ROOT)
                                + field.memberName().substring(1),
                        value instanceof Map<?, ?> map ? map : value.toString());
            }
        }
        log.ofRequest(
                KeyCaller.of(context),
                new Use(
                        operation,
                        keyArn,
                        parameters,
                        error,
                        context.requestId().toString(),
                        context.source().getHostAddress()));
    }

    private static boolean isGiven(@org.jspecify.annotations.Nullable Object value) {
        return value != null && !(value instanceof Map<?, ?> map && map.isEmpty());
    }

    /** The keys that an answer names: ReEncrypt's are two. */
    private static Set<String> keys(SdkPojo output) {
        Set<String> keys = new java.util.LinkedHashSet<>();
        for (String member : List.of("KeyId", "SourceKeyId")) {
            text(output, member).ifPresent(keys::add);
        }
        return keys;
    }

    /** The key that a refused request named, as an ARN where that is possible. */
    private static String named(SdkPojo input, RequestContext context) {
        String key =
                text(input, "KeyId")
                        .or(() -> text(input, "SourceKeyId"))
                        .or(() -> text(input, "DestinationKeyId"))
                        .orElse("");
        return key.isEmpty() || key.startsWith("arn:")
                ? key
                : "arn:aws:kms:%s:%s:%s"
                        .formatted(
                                context.region(),
                                context.account(),
                                key.startsWith("alias/") ? key : "key/" + key);
    }

    private static Optional<String> text(SdkPojo pojo, String member) {
        for (SdkField<?> field : pojo.sdkFields()) {
            if (field.memberName().equals(member)) {
                return Optional.ofNullable(field.getValueOrDefault(pojo)).map(Object::toString);
            }
        }
        return Optional.empty();
    }
}
