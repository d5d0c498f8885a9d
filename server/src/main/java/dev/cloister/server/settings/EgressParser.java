package dev.cloister.server.settings;

import dev.cloister.api.AccountId;
import dev.cloister.server.settings.EgressSettings.Function;
import dev.cloister.server.settings.SettingsFile.Entry;
import dev.cloister.worker.EnvironmentSpec.Egress;
import dev.cloister.worker.sandbox.EgressRanges;
import dev.cloister.worker.sandbox.SandboxException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;

/** Where functions may connect: the installation's word, accounts' and functions'. */
final class EgressParser {
    private final Map<AccountId, Egress> accounts = new HashMap<>();
    private final Map<Function, Egress> functions = new HashMap<>();
    private final AccountId only;
    private final List<String> problems;

    /**
     * @param only the account there is; a key for another one is a slip that would leave a function
     *     with more than was meant
     * @param problems gets what can't be used
     */
    EgressParser(AccountId only, List<String> problems) {
        this.only = only;
        this.problems = problems;
    }

    EgressSettings parse(Egress installation, Map<String, Entry> entries) {
        entries.forEach(
                (key, entry) -> {
                    SettingFamily.EGRESS_OF_ACCOUNT
                            .match(key)
                            .ifPresent(names -> add(key, entry, names));
                    SettingFamily.EGRESS_OF_FUNCTION
                            .match(key)
                            .ifPresent(names -> add(key, entry, names));
                });
        return new EgressSettings(installation, accounts, functions);
    }

    private void add(String key, Entry entry, Matcher names) {
        try {
            AccountId account = new AccountId(names.group(1));
            if (!account.equals(only)) {
                throw new IllegalArgumentException("the account of this installation is " + only);
            }
            Egress egress = value(entry.value());
            if (names.groupCount() == 1) {
                accounts.put(account, egress);
            } else {
                functions.put(new Function(account, names.group(2)), egress);
            }
        } catch (IllegalArgumentException e) {
            problems.add("%s: %s: %s".formatted(entry.origin(), key, e.getMessage()));
        }
    }

    /**
     * @throws IllegalArgumentException saying what was expected
     */
    static Egress value(String text) {
        List<String> parts = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (parts.equals(List.of("none"))) {
            return new Egress.None();
        }
        if (parts.equals(List.of("public"))) {
            return new Egress.Public();
        }
        if (parts.getFirst().equals("public")) {
            return new Egress.PublicAnd(ranges(parts.subList(1, parts.size()), text));
        }
        return new Egress.Only(ranges(parts, text));
    }

    private static List<String> ranges(List<String> parts, String text) {
        if (!parts.stream().allMatch(part -> part.contains("/"))) {
            throw new IllegalArgumentException(
                    "expected none, public, ranges such as '10.1.0.0/16, 10.2.0.0/16', or public"
                            + " and ranges, found '"
                            + text
                            + "'");
        }
        try {
            return EgressRanges.requireOpenable(parts);
        } catch (SandboxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
