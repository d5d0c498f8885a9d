package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.SecretText;
import dev.cloister.storage.CorruptEnvelopeException;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.KeyUnavailableException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Encrypts environment variables for storing, bound to their function. Thread-safe. */
final class EnvironmentSeal {
    private final Envelope envelope;
    private final JsonMapper json = JsonMapper.builder().build();

    EnvironmentSeal(Envelope envelope) {
        this.envelope = envelope;
    }

    /** The key that everything of an account's functions is encrypted under by default. */
    static KeyRef keyOf(AccountId account) {
        return new KeyRef(account.value(), "alias/aws/lambda");
    }

    /**
     * The variables under another key; also checks that this key can be used, whether or not there
     * are variables.
     *
     * @param keyArn the customer's key that the function has from now on
     */
    EnvironmentVariables under(
            FunctionKey function, EnvironmentVariables variables, Optional<String> keyArn) {
        return switch (variables) {
            case EnvironmentVariables.Given given -> seal(function, given.variables(), keyArn);
            case EnvironmentVariables.None none -> {
                requireUsable(function, keyArn);
                yield none;
            }
            case EnvironmentVariables.Unreadable unreadable -> unreadable;
        };
    }

    /**
     * Checks that a function's deployment package can be encrypted under a customer's key.
     *
     * @throws dev.cloister.api.AwsError if it can't
     */
    void requireUsableForCode(FunctionKey function, String keyArn) {
        try {
            byte[] probe =
                    envelope.seal(
                            new byte[0],
                            new KeyRef(function.account().value(), keyArn),
                            context(function));
            assert probe.length > 0;
        } catch (KeyUnavailableException e) {
            throw LambdaErrors.unusableCodeKey(e.getMessage());
        }
    }

    private void requireUsable(FunctionKey function, Optional<String> keyArn) {
        EnvironmentVariables.Given probe = seal(function, Map.of(), keyArn);
        assert probe.variables().isEmpty();
    }

    /**
     * @param keyArn the customer's key; nothing for the account's own
     * @throws dev.cloister.api.AwsError if the customer's key can't be used
     * @throws KeyUnavailableException if the account's key can't be used
     */
    EnvironmentVariables.Given seal(
            FunctionKey function, Map<String, SecretText> variables, Optional<String> keyArn) {
        Map<String, String> clear = new TreeMap<>();
        variables.forEach((name, value) -> clear.put(name, value.reveal()));
        KeyRef key =
                keyArn.map(arn -> new KeyRef(function.account().value(), arn))
                        .orElseGet(() -> keyOf(function.account()));
        try {
            byte[] sealed = envelope.seal(json.writeValueAsBytes(clear), key, context(function));
            return new EnvironmentVariables.Given(
                    variables, Base64.getEncoder().encodeToString(sealed));
        } catch (KeyUnavailableException e) {
            if (keyArn.isEmpty()) {
                throw e;
            }
            throw LambdaErrors.invalidParameter(
                    "Lambda was unable to configure access to your environment variables because"
                            + " the KMS key is invalid for CreateGrant. Please check your KMS key"
                            + " settings. "
                            + e.getMessage());
        }
    }

    /** Opens what {@link #seal} made; what can't be opened stays as it is, with the reason. */
    EnvironmentVariables open(FunctionKey function, String sealed) {
        try {
            byte[] clear = envelope.open(Base64.getDecoder().decode(sealed), context(function));
            Map<String, SecretText> variables = new TreeMap<>();
            json.readValue(clear, new TypeReference<Map<String, String>>() {})
                    .forEach((name, value) -> variables.put(name, new SecretText(value)));
            return new EnvironmentVariables.Given(variables, sealed);
        } catch (KeyUnavailableException e) {
            return new EnvironmentVariables.Unreadable(
                    sealed, "their key can't be used: " + e.getMessage());
        } catch (CorruptEnvelopeException | IllegalArgumentException | JacksonException e) {
            // Neither message is passed on: a parser's may quote what it could not read.
            return new EnvironmentVariables.Unreadable(
                    sealed, "what is stored is not what was written");
        }
    }

    static Map<String, String> context(FunctionKey function) {
        // Lambda's own encryption context (Developer Guide, "Securing environment variables").
        return Map.of("aws:lambda:FunctionArn", function.arn());
    }
}
