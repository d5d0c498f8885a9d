package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.functions.Installation;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.AccountUsage;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsResponse;

/** Each account counts its own in each region. */
final class AccountSettingsTest extends OperationsTest {
    private static final AccountId OTHER = new AccountId("999999999999");
    private static final Region ELSEWHERE = new Region("eu-west-1");

    @Test
    void countsOfOneAccountAndRegionAreNoOthers() {
        active();
        RequestContext elsewhere = Installation.context(Installation.ACCOUNT, ELSEWHERE);
        lambda.call(named("there").build(), CreateFunctionResponse.class, elsewhere);
        lambda.call(named("too").publish(true).build(), CreateFunctionResponse.class, elsewhere);

        assertUsage(usage(Installation.context(Installation.ACCOUNT, Installation.REGION)), 1, 1);
        assertUsage(usage(elsewhere), 2, 3);
        assertUsage(usage(Installation.context(OTHER, Installation.REGION)), 0, 0);
        assertUsage(usage(Installation.context(OTHER, ELSEWHERE)), 0, 0);
    }

    private AccountUsage usage(RequestContext context) {
        return lambda.call(
                        GetAccountSettingsRequest.builder().build(),
                        GetAccountSettingsResponse.class,
                        context)
                .accountUsage();
    }

    private static void assertUsage(AccountUsage usage, long functions, long archives) {
        assertThat(usage.functionCount()).isEqualTo(functions);
        assertThat(usage.totalCodeSize()).isEqualTo(archives * ZIP.length);
    }
}
