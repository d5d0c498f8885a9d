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
 * @param kind whether the principal is of an account or a service of the platform
 */
public record KeyCaller(
        Principal principal,
        Region region,
        Optional<String> viaService,
        Map<String, List<String>> requestKeys,
        Kind kind) {
    public KeyCaller {
        requestKeys = Map.copyOf(requestKeys);
    }

    /** Whose policies count. */
    public enum Kind {
        /** A user, a role's session or the root of an account. */
        PRINCIPAL,
        /** A service in its own name, which policies of resources alone can allow something. */
        SERVICE
    }

    /** A principal of an account. */
    public KeyCaller(
            Principal principal,
            Region region,
            Optional<String> viaService,
            Map<String, List<String>> requestKeys) {
        this(principal, region, viaService, requestKeys, Kind.PRINCIPAL);
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
        return new KeyCaller(principal, region, viaService, keys, kind);
    }

    /** The same caller, for whom a service uses a key, such as {@code lambda}. */
    public KeyCaller via(String service) {
        Map<String, List<String>> keys = new HashMap<>(requestKeys);
        keys.put("aws:ViaAWSService", List.of("true"));
        return new KeyCaller(
                principal,
                region,
                Optional.of("%s.%s.amazonaws.com".formatted(service, region)),
                keys,
                kind);
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
                        "aws:SourceAccount",
                        List.of(account.value()),
                        "aws:RequestedRegion",
                        List.of(region.value())));
    }

    /**
     * A service that acts in its own name for a resource of an account, as a key's policy names it:
     * {@code "Principal": {"Service": "logs.us-east-1.amazonaws.com"}}.
     *
     * @param name the service's principal
     * @param sourceArn the resource
     */
    public static KeyCaller servicePrincipal(
            String name, AccountId account, Region region, String sourceArn) {
        return new KeyCaller(
                new Principal(account, name, "", ""),
                region,
                Optional.empty(),
                Map.of(
                        "aws:SourceArn",
                        List.of(sourceArn),
                        "aws:SourceAccount",
                        List.of(account.value()),
                        "aws:RequestedRegion",
                        List.of(region.value())),
                Kind.SERVICE);
    }

    /**
     * The service's name as policies write it, such as {@code lambda.amazonaws.com}, where it acts
     * for the account and nobody has signed.
     */
    public Optional<String> service() {
        return viaService
                .filter(_ -> principal.accessKeyId().isEmpty())
                .map(via -> via.replaceFirst("\\..*", "") + ".amazonaws.com");
    }

    public AccountId account() {
        return principal.account();
    }

    /** As in {@code aws:PrincipalArn}. */
    public String arn() {
        return principal.arn();
    }
}
