package dev.cloister.api;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cloister.api.dispatch.Dispatcher;
import dev.cloister.api.sigv4.SignatureGuard;
import dev.cloister.api.sigv4.SignatureVerifier;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityRequest;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

final class GateTest {

    @Test
    void aServiceWithAnOperationThatHasNoRuleDoesNotStart() {
        Operation row =
                Operation.<GetCallerIdentityRequest, GetCallerIdentityResponse>modeled(
                        "GetCallerIdentity",
                        GetCallerIdentityRequest::builder,
                        (input, context) -> GetCallerIdentityResponse.builder().build());
        AccessTable other =
                AccessTable.of(Map.of("GetSessionToken", (input, context) -> List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Dispatcher(
                                        List.of(
                                                new ServiceDefinition(
                                                        "sts",
                                                        "/facts/sts.json",
                                                        List.of(row),
                                                        other)),
                                        List.of(),
                                        List.of(),
                                        new SignatureGuard(
                                                new SignatureVerifier(
                                                        new FakeCredentials(), Set.of()),
                                                SignatureLimits.defaults(),
                                                event -> {}),
                                        Authorizer.EVERYTHING,
                                        event -> {},
                                        InstantSource.system(),
                                        1024,
                                        List.of()))
                .withMessage("sts has no rule of access for GetCallerIdentity");
    }
}
