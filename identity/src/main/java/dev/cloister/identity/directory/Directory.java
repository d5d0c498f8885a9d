package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.identity.RandomIds;
import dev.cloister.storage.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The users, groups, roles and policies of all accounts. Reads are answered from memory; an edit is
 * durable when its method returns, and counts for every request after that. Thread-safe.
 */
public final class Directory {
    private final AwsManagedPolicies awsManaged = new AwsManagedPolicies();
    private final DirectoryTables tables;
    private final Map<AccountId, AccountState> states = new ConcurrentHashMap<>();
    private final EntityEdits entities;
    private final RoleEdits roles;
    private final PolicyEdits policies;
    private final OidcEdits oidcProviders;
    private final AliasEdits aliases;
    private final RoleUses roleUses;

    /** Held by edits, which read before they write. */
    private final Object editing = new Object();

    public Directory(Database database, InstantSource clock, RandomIds ids) {
        this.tables = new DirectoryTables(database);
        this.entities = new EntityEdits(this, clock, ids);
        this.roles = new RoleEdits(this, clock, ids);
        this.policies = new PolicyEdits(this, clock, ids);
        this.oidcProviders = new OidcEdits(this, clock);
        this.aliases = new AliasEdits(this);
        this.roleUses = new RoleUses(database, clock);
        Map<AccountId, List<Edit.Step>> stored = new HashMap<>();
        for (DirectoryTables.Row row : tables.rows()) {
            stored.computeIfAbsent(row.account(), account -> new ArrayList<>())
                    .add(tables.read(row));
        }
        stored.forEach(
                (account, steps) -> {
                    Edit loading = new Edit(empty(account));
                    loading.steps().addAll(steps);
                    states.put(account, loading.after(awsManaged));
                });
    }

    private AccountState empty(AccountId account) {
        return new AccountState(
                account, awsManaged, new HashMap<>(), new TreeMap<>(), AccountItems.NONE);
    }

    /** What an account has now; accounts that never had anything have an empty state. */
    public AccountState state(AccountId account) {
        AccountState state = states.get(account);
        return state == null ? empty(account) : state;
    }

    /** Users, groups, and what all three kinds have in common. */
    public EntityEdits entities() {
        return entities;
    }

    public RoleEdits roles() {
        return roles;
    }

    public PolicyEdits policies() {
        return policies;
    }

    public OidcEdits oidcProviders() {
        return oidcProviders;
    }

    public AliasEdits aliases() {
        return aliases;
    }

    public RoleUses roleUses() {
        return roleUses;
    }

    /** Of all accounts that ever had anything. */
    Collection<AccountState> states() {
        return states.values();
    }

    <T> T edit(AccountId account, Function<Edit, T> work) {
        synchronized (editing) {
            Edit edit = new Edit(state(account));
            T result = work.apply(edit);
            if (!edit.steps().isEmpty()) {
                tables.write(account, edit.steps());
                states.put(account, edit.after(awsManaged));
            }
            return result;
        }
    }

    void change(AccountId account, Consumer<Edit> work) {
        Boolean done =
                edit(
                        account,
                        edit -> {
                            work.accept(edit);
                            return Boolean.TRUE;
                        });
        assert done;
    }
}
