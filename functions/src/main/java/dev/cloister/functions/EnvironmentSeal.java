package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.SecretText;
import dev.cloister.storage.CorruptEnvelopeException;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.EnvelopeKeys.KeyRef;
import dev.cloister.storage.KeyUnavailableException;
import java.util.Base64;
import java.util.Map;
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
     * @throws KeyUnavailableException if the account's key can't be used
     */
    EnvironmentVariables.Given seal(FunctionKey function, Map<String, SecretText> variables) {
        Map<String, String> clear = new TreeMap<>();
        variables.forEach((name, value) -> clear.put(name, value.reveal()));
        byte[] sealed =
                envelope.seal(
                        json.writeValueAsBytes(clear),
                        keyOf(function.account()),
                        context(function));
        return new EnvironmentVariables.Given(
                variables, Base64.getEncoder().encodeToString(sealed));
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

    private static Map<String, String> context(FunctionKey function) {
        // Lambda's own encryption context (Developer Guide, "Securing environment variables").
        return Map.of("aws:lambda:FunctionArn", function.arn());
    }
}
