package dev.cloister.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.functions.wire.LambdaSupport;
import dev.cloister.functions.wire.LambdaSupport.OperationUse;
import dev.cloister.tests.product.Installation;
import dev.cloister.tests.product.SharedInstallation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Amazon's SDK for Python as it is: the whole control plane, its waiters and its paginators. */
@ExtendWith(SharedInstallation.class)
final class Boto3Test {
    private final Installation installation;

    Boto3Test(Installation installation) {
        this.installation = installation;
    }

    /**
     * Operations that the SDK here is too old for; {@code whole_policies.py} signs them by hand.
     */
    private static final Set<String> NEWER =
            Set.of("PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy");

    @Test
    void everythingLivesAndEnds() {
        List<String> called = installation.boto3("lifecycle.py", Map.of());
        List<String> served =
                LambdaSupport.load().operations().entrySet().stream()
                        .filter(each -> each.getValue() instanceof OperationUse.Served)
                        .map(Map.Entry::getKey)
                        .filter(name -> !NEWER.contains(name))
                        .toList();
        assertThat(called).as("the script misses an operation").containsAll(served);
    }

    @Test
    void wholePoliciesLiveAndEnd() {
        assertThat(installation.boto3("whole_policies.py", Map.of())).hasSize(1);
    }
}
