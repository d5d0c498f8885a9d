package dev.cloister.identity.directory;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Edits of an account's OpenID Connect providers. Thread-safe. */
public final class OidcEdits {
    /** IAM quotas. */
    private static final int MOST_PROVIDERS = 100;

    private static final int MOST_CLIENT_IDS = 100;
    private static final int MOST_THUMBPRINTS = 5;
    private static final Pattern THUMBPRINT = Pattern.compile("[0-9a-fA-F]{40}");
    private static final String SCHEME = "https://";

    private final Directory directory;
    private final InstantSource clock;

    OidcEdits(Directory directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * @throws AwsError InvalidInput, EntityAlreadyExists, LimitExceeded
     */
    public OidcProvider create(
            AccountId account,
            String url,
            List<String> clientIds,
            List<String> thumbprints,
            Map<String, String> tags) {
        OidcProvider provider =
                new OidcProvider(
                        name(url),
                        checkedIds(clientIds),
                        checkedThumbprints(thumbprints),
                        tags,
                        clock.instant().truncatedTo(ChronoUnit.SECONDS));
        directory.change(
                account,
                edit -> {
                    if (edit.state().oidcProvider(provider.arn(account)).isPresent()) {
                        throw IamErrors.exists(
                                "Provider with url " + provider.url() + " already exists.");
                    }
                    if (edit.state().oidcProviders().size() >= MOST_PROVIDERS) {
                        throw IamErrors.quota("OpenIdConnectProvidersPerAccount", MOST_PROVIDERS);
                    }
                    edit.put(provider);
                });
        return provider;
    }

    /** What follows {@code https://}; a port may be there, as issuers of one's own have them. */
    private static String name(String url) {
        try {
            URI uri = new URI(url);
            String path = Optional.ofNullable(uri.getRawPath()).orElse("");
            boolean plain =
                    "https".equals(uri.getScheme())
                            && uri.getHost() != null
                            && uri.getRawUserInfo() == null
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                            && !path.contains("//")
                            && !path.contains("..");
            if (plain) {
                return url.substring(SCHEME.length());
            }
        } catch (URISyntaxException e) {
            throw invalidUrl(); // the reason would only repeat what the caller sent
        }
        throw invalidUrl();
    }

    private static AwsError invalidUrl() {
        return IamErrors.invalid("Invalid Open ID Connect Provider URL");
    }

    private static List<String> checkedIds(List<String> clientIds) {
        if (clientIds.size() > MOST_CLIENT_IDS) {
            throw IamErrors.quota("ClientIdsPerOpenIdConnectProvider", MOST_CLIENT_IDS);
        }
        return clientIds.stream().distinct().toList();
    }

    private static List<String> checkedThumbprints(List<String> thumbprints) {
        if (thumbprints.size() > MOST_THUMBPRINTS) {
            throw IamErrors.invalid("Thumbprint list must contain fewer than 5 entries.");
        }
        for (String thumbprint : thumbprints) {
            if (!THUMBPRINT.matcher(thumbprint).matches()) {
                throw IamErrors.invalid("Thumbprint contains illegal characters.");
            }
        }
        return thumbprints.stream().map(text -> text.toLowerCase(Locale.ROOT)).distinct().toList();
    }

    public void setThumbprints(AccountId account, String arn, List<String> thumbprints) {
        List<String> checked = checkedThumbprints(thumbprints);
        change(account, arn, provider -> provider.withThumbprints(checked));
    }

    public void addClientId(AccountId account, String arn, String clientId) {
        change(
                account,
                arn,
                provider ->
                        provider.withClientIds(
                                checkedIds(IamEntity.plus(provider.clientIds(), clientId))));
    }

    /** Does nothing where the provider has no such client id, as in AWS. */
    public void removeClientId(AccountId account, String arn, String clientId) {
        change(
                account,
                arn,
                provider ->
                        provider.withClientIds(IamEntity.minus(provider.clientIds(), clientId)));
    }

    public void tag(AccountId account, String arn, List<Tags.Tag> tags) {
        change(account, arn, provider -> provider.withTags(Tags.plus(provider.tags(), tags)));
    }

    public void untag(AccountId account, String arn, List<String> keys) {
        change(account, arn, provider -> provider.withTags(Tags.minus(provider.tags(), keys)));
    }

    private void change(AccountId account, String arn, UnaryOperator<OidcProvider> to) {
        directory.change(
                account,
                edit ->
                        edit.put(
                                to.apply(
                                        edit.state()
                                                .oidcProvider(arn)
                                                .orElseThrow(() -> missing(arn)))));
    }

    /** The error for a provider that isn't there. */
    public static AwsError missing(String arn) {
        return IamErrors.noSuchEntity("OpenIDConnect Provider not found for arn " + arn);
    }

    /**
     * Does nothing where there is none: "This operation is idempotent; it does not fail or return
     * an error if you call the operation for a provider that does not exist".
     */
    public void delete(AccountId account, String arn) {
        directory.change(account, edit -> edit.state().oidcProvider(arn).ifPresent(edit::remove));
    }
}
