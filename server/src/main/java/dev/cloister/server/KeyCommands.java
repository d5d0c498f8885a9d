package dev.cloister.server;

import dev.cloister.keys.managed.KeyUseLog;
import dev.cloister.server.admin.AdminCommand;
import dev.cloister.server.admin.AdminRefusedException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin socket's questions about keys. Thread-safe. */
final class KeyCommands {
    private static final int MOST = 1_000;

    private final KeyUseLog uses;

    KeyCommands(KeyUseLog uses) {
        this.uses = uses;
    }

    /** The commands by name. */
    Map<String, AdminCommand> commands() {
        return Map.of("keys-uses", this::uses);
    }

    /** The uses of a key, the newest first, as CloudTrail's events. */
    private Object uses(Map<String, String> arguments) {
        String name = arguments.getOrDefault("key", "");
        List<String> keys = uses.keysNamed(name);
        if (keys.size() > 1) {
            throw new AdminRefusedException(
                    "%s means several keys, name one by its ARN: %s".formatted(name, keys));
        }
        // A key that has been destroyed is known by its uses alone.
        String arn = keys.isEmpty() ? name : keys.getFirst();
        List<String> events = uses.of(arn, limit(arguments.getOrDefault("limit", "50")));
        if (keys.isEmpty() && events.isEmpty()) {
            throw new AdminRefusedException("there is no key, and no use of a key, " + name);
        }
        List<JsonNode> documents =
                events.stream().map(event -> JsonMapper.shared().readTree(event)).toList();
        return Map.of("key", arn, "events", documents);
    }

    private static int limit(String text) {
        if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > MOST) {
            throw new AdminRefusedException(
                    "--limit is a number from 1 to %d, not %s".formatted(MOST, text));
        }
        return Integer.parseInt(text);
    }
}
