package dev.cloister.keys;

import dev.cloister.api.AccountId;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who uses a KMS key: the principal of a request, or a service of the platform on behalf of one.
 *
 * @param principal who signed, or for whom a service acts
 * @param region where the call was made
 * @param viaService for {@code kms:ViaService}: the service that acts for the principal, such as
 *     {@code lambda.us-east-1.amazonaws.com}
 * @param requestKeys the condition keys that the request itself has, such as {@code aws:SourceIp}
 */
public record KeyCaller(
        Principal principal,
        Region region,
        Optional<String> viaService,
        Map<String, List<String>> requestKeys) {
    public KeyCaller {
        requestKeys = Map.copyOf(requestKeys);
    }

    /** The principal that signed a request. */
    public static KeyCaller of(RequestContext context) {
        return new KeyCaller(
                context.principal(),
                context.region(),
                Optional.empty(),
                Map.of(
                        "aws:SourceIp",
                        List.of(context.source().getHostAddress()),
                        "aws:CurrentTime",
                        List.of(context.receivedAt().truncatedTo(ChronoUnit.SECONDS).toString()),
                        "aws:EpochTime",
                        List.of(Long.toString(context.receivedAt().getEpochSecond())),
                        "aws:SecureTransport",
                        List.of(Boolean.toString(context.endpoint().startsWith("https:"))),
                        "aws:RequestedRegion",
                        List.of(context.region().value()),
                        "aws:ViaAWSService",
                        List.of("false")));
    }

    /**
     * A service that acts for whoever signed a request: both have to be allowed.
     *
     * @param service its name in {@code kms:ViaService}, for example {@code ssm}
     */
    public static KeyCaller via(RequestContext context, String service) {
        KeyCaller direct = of(context);
        Map<String, List<String>> keys = new HashMap<>(direct.requestKeys);
        keys.put("aws:ViaAWSService", List.of("true"));
        return new KeyCaller(
                direct.principal,
                direct.region,
                Optional.of("%s.%s.amazonaws.com".formatted(service, direct.region)),
                keys);
    }

    /** A service that acts for an account. */
    public static KeyCaller service(AccountId account, Region region, String viaService) {
        return new KeyCaller(
                new Principal(
                        account, "arn:aws:iam::%s:root".formatted(account), account.value(), ""),
                region,
                Optional.of(viaService),
                Map.of(
                        "aws:ViaAWSService",
                        List.of("true"),
                        "aws:RequestedRegion",
                        List.of(region.value())));
    }

    public AccountId account() {
        return principal.account();
    }

    /** As in {@code aws:PrincipalArn}. */
    public String arn() {
        return principal.arn();
    }
}
