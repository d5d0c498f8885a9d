package dev.cloister.server.admin;

import java.util.Map;

/** A command of the running server beyond its status. Thread-safe; answers within seconds. */
@FunctionalInterface
public interface AdminCommand {

    /**
     * @param arguments by name; what a command does not know it refuses
     * @return a record, list or map, which becomes JSON
     * @throws AdminRefusedException if it can't be done as it was asked for; nothing has changed
     */
    Object answer(Map<String, String> arguments);
}
