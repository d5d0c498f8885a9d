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
        Map<String, List<String>> keys = new HashMap<>();
        keys.put("aws:SourceIp", List.of(context.source().getHostAddress()));
        keys.put(
                "aws:CurrentTime",
                List.of(context.receivedAt().truncatedTo(ChronoUnit.SECONDS).toString()));
        keys.put("aws:EpochTime", List.of(Long.toString(context.receivedAt().getEpochSecond())));
        keys.put(
                "aws:SecureTransport",
                List.of(Boolean.toString(context.endpoint().startsWith("https:"))));
        keys.put("aws:RequestedRegion", List.of(context.region().value()));
        keys.put("aws:ViaAWSService", List.of("false"));
        context.principal()
                .session()
                .issuedAt()
                .ifPresent(at -> keys.put("aws:TokenIssueTime", List.of(at.toString())));
        return new KeyCaller(context.principal(), context.region(), Optional.empty(), keys);
    }

    /** The same caller, of whose request more condition keys are known. */
    public KeyCaller with(Map<String, List<String>> more) {
        Map<String, List<String>> keys = new HashMap<>(requestKeys);
        keys.putAll(more);
        return new KeyCaller(principal, region, viaService, keys);
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
