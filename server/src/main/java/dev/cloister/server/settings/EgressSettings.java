package dev.cloister.server.settings;

import dev.cloister.api.AccountId;
import dev.cloister.worker.EnvironmentSpec.Egress;
import java.util.Map;

/**
 * Where functions may connect. The most specific word counts: the function's, else its account's,
 * else the installation's.
 */
public record EgressSettings(
        Egress installation, Map<AccountId, Egress> accounts, Map<Function, Egress> functions) {
    public EgressSettings {
        accounts = Map.copyOf(accounts);
        functions = Map.copyOf(functions);
    }

    /** A function, all of its versions; it need not exist yet. */
    public record Function(AccountId account, String name) {}

    /** What holds for a function. */
    public Egress of(AccountId account, String function) {
        Egress ofAccount = accounts.getOrDefault(account, installation);
        return functions.getOrDefault(new Function(account, function), ofAccount);
    }
}
