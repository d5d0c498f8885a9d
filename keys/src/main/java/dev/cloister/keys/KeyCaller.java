package dev.cloister.keys;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import java.util.Optional;

/**
 * Who uses a KMS key: the principal of a request, or a service of the platform on behalf of one.
 *
 * @param account of the principal
 * @param arn as in {@code aws:PrincipalArn}; of a service its name, such as {@code
 *     lambda.amazonaws.com}
 * @param userId as in {@code aws:userid}
 * @param region where the call was made
 * @param viaService for {@code kms:ViaService}: the service that acts for the principal, such as
 *     {@code lambda.us-east-1.amazonaws.com}
 */
public record KeyCaller(
        AccountId account, String arn, String userId, Region region, Optional<String> viaService) {

    /** The principal that signed a request. */
    public static KeyCaller of(RequestContext context) {
        return new KeyCaller(
                context.account(),
                context.principal().arn(),
                context.principal().userId(),
                context.region(),
                Optional.empty());
    }
}
