package dev.cloister.identity.wire;

import dev.cloister.api.Operation;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.identity.Identities;
import dev.cloister.identity.access.Callers;
import dev.cloister.identity.directory.Directory;
import java.util.ArrayList;
import java.util.List;

/** AWS Identity and Access Management, the part that functions and their tools need. */
public final class IamService {
    private IamService() {}

    /** The service's table. */
    public static ServiceDefinition definition(Identities identities) {
        Directory directory = identities.directory();
        List<Operation> rows = new ArrayList<>();
        rows.addAll(new UserOperations(directory, identities.userKeys()).rows());
        rows.addAll(new UserAttachments(directory).rows());
        rows.addAll(new AccessKeyOperations(identities).rows());
        rows.addAll(new GroupOperations(directory).rows());
        rows.addAll(new GroupAttachments(directory).rows());
        rows.addAll(new RoleOperations(directory).rows());
        rows.addAll(new RoleAttachments(directory).rows());
        rows.addAll(new PolicyOperations(directory).rows());
        rows.addAll(new PolicyVersionOperations(directory).rows());
        rows.addAll(new OidcOperations(directory).rows());
        rows.addAll(new AliasOperations(identities).rows());
        rows.addAll(new AbsentOperations(directory).rows());
        rows.addAll(new CredentialReports(identities).rows());
        rows.addAll(new AccountOperations(directory).rows());
        rows.addAll(new SimulationOperations(new Callers(directory)).rows());
        return new ServiceDefinition("iam", "/facts/iam.json", rows, IamAccess.table(directory));
    }
}
