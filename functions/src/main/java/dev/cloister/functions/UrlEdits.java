package dev.cloister.functions;

import dev.cloister.api.AwsError;
import dev.cloister.functions.Ledger.Edited;
import dev.cloister.functions.permissions.ResourcePolicy;
import dev.cloister.functions.urls.Cors;
import dev.cloister.functions.urls.FunctionUrl;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The URLs of functions and aliases. Thread-safe; throws and returns as {@link FunctionEdits} does.
 */
public final class UrlEdits {
    private static final String QUALIFIER_FORM = "((?!^\\d+$)^[0-9a-zA-Z-_]+$)";
    private static final Pattern QUALIFIER = Pattern.compile(QUALIFIER_FORM);
    private static final String NO_FUNCTION = "Function does not exist";
    private static final String NOTHING_THERE = "The resource you requested does not exist.";

    private final Ledger ledger;
    private final FunctionIndex index;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    UrlEdits(Ledger ledger, FunctionIndex index, InstantSource clock) {
        this.ledger = ledger;
        this.index = index;
        this.clock = clock;
    }

    /** What a request gives; {@code cors} replaces the whole of it. */
    public record UrlChange(Optional<FunctionUrl.AuthType> authType, Optional<Cors> cors) {}

    /**
     * A URL with what the data plane needs to serve it.
     *
     * @param qualifier the alias, which may be gone by now; empty for the function itself
     * @param policy the resource policy of the function or alias
     */
    public record Located(
            FunctionUrl url,
            FunctionKey key,
            Optional<String> qualifier,
            Optional<ResourcePolicy> policy) {

        /** The ARN that policies are about. */
        public String arn() {
            return qualifier.map(key::arn).orElseGet(key::arn);
        }
    }

    /** Creates the URL of a function or of an alias that exists. */
    public FunctionUrl create(
            FunctionReference reference, FunctionUrl.AuthType authType, Optional<Cors> cors) {
        checkQualifier(reference);
        cors.ifPresent(Cors::check);
        return ledger.edit(
                reference.key(),
                () -> LambdaErrors.notFound(NO_FUNCTION),
                function -> {
                    if (reference
                            .qualifier()
                            .filter(alias -> !function.aliases().containsKey(alias))
                            .isPresent()) {
                        throw LambdaErrors.notFound(NO_FUNCTION);
                    }
                    // CreateFunction alone sets it, so all versions have it (Developer Guide,
                    // "Tenant isolation": not with function URLs).
                    if (function.latest().content().options().isolatesTenants()) {
                        throw LambdaErrors.invalidParameter(
                                "Function URLs are not supported for functions enabled with tenancy"
                                        + " configuration.");
                    }
                    if (function.access().url(reference.qualifier()).isPresent()) {
                        throw LambdaErrors.conflict(
                                "Failed to create function url config for [functionArn = "
                                        + reference.arn()
                                        + "]. Error message:  FunctionUrlConfig exists for this"
                                        + " Lambda function");
                    }
                    Instant now = now();
                    FunctionUrl url =
                            new FunctionUrl(FunctionUrl.newId(random), authType, cors, now, now);
                    return edited(function, reference, url);
                });
    }

    public FunctionUrl update(FunctionReference reference, UrlChange change) {
        checkQualifier(reference);
        change.cors().ifPresent(Cors::check);
        return ledger.edit(
                reference.key(),
                () -> LambdaErrors.notFound(NO_FUNCTION),
                function -> {
                    FunctionUrl old =
                            function.access()
                                    .url(reference.qualifier())
                                    .orElseThrow(() -> LambdaErrors.notFound(NOTHING_THERE));
                    FunctionUrl url =
                            new FunctionUrl(
                                    old.id(),
                                    change.authType().orElse(old.authType()),
                                    change.cors().or(old::cors),
                                    old.created(),
                                    now());
                    return edited(function, reference, url);
                });
    }

    public void delete(FunctionReference reference) {
        checkQualifier(reference);
        Supplier<AwsError> missing = () -> LambdaErrors.notFound(NOTHING_THERE);
        ledger.edit(
                reference.key(),
                missing,
                function -> {
                    FunctionAccess access = function.access();
                    var _ = access.url(reference.qualifier()).orElseThrow(missing);
                    return new Edited<>(
                            function.withAccess(access.withoutUrl(reference.qualifier())),
                            Boolean.TRUE);
                });
    }

    public FunctionUrl get(FunctionReference reference) {
        checkQualifier(reference);
        return index.find(reference.key())
                .flatMap(entry -> entry.function().access().url(reference.qualifier()))
                .orElseThrow(() -> LambdaErrors.notFound(NOTHING_THERE));
    }

    /** A function's URLs by alias, the one of the function itself, under empty text, first. */
    public NavigableMap<String, FunctionUrl> list(FunctionKey key) {
        return index.find(key)
                .map(entry -> entry.function().access().urls())
                .orElseThrow(() -> LambdaErrors.notFound(NO_FUNCTION));
    }

    /** The URL of an id, from memory. */
    public Optional<Located> locate(String id) {
        return index.urls()
                .find(id)
                .flatMap(
                        place ->
                                index.find(place.key())
                                        .map(FunctionIndex.Entry::function)
                                        .flatMap(function -> located(function, place, id)));
    }

    private static Optional<Located> located(
            FunctionRecord function, UrlIndex.Place place, String id) {
        FunctionAccess access = function.access();
        return access.url(place.qualifier())
                .filter(url -> url.id().equals(id))
                .map(
                        url ->
                                new Located(
                                        url,
                                        function.key(),
                                        place.qualifier(),
                                        access.policy(place.qualifier())));
    }

    private static Edited<FunctionUrl> edited(
            FunctionRecord function, FunctionReference reference, FunctionUrl url) {
        return new Edited<>(
                function.withAccess(function.access().withUrl(reference.qualifier(), url)), url);
    }

    private static void checkQualifier(FunctionReference reference) {
        reference
                .qualifier()
                .filter(text -> !QUALIFIER.matcher(text).matches())
                .ifPresent(
                        text -> {
                            throw LambdaErrors.validation(
                                    text,
                                    "qualifier",
                                    "Member must satisfy regular expression pattern: "
                                            + QUALIFIER_FORM);
                        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
