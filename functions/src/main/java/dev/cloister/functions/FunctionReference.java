package dev.cloister.functions;

import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A function as a request names it: name, partial ARN or ARN, with an optional qualifier in it or
 * beside it. Only references into the caller's own account and region exist.
 *
 * @param name the bare name
 * @param qualifier {@code $LATEST}, a version number or an alias, if one was given
 */
public record FunctionReference(
        AccountId account, Region region, String name, Optional<String> qualifier) {
    /** Longest reference in characters (API reference, "FunctionName"). */
    static final int MAX_LENGTH = 140;

    /** Longest bare name in characters. */
    static final int MAX_NAME = 64;

    // The server's own pattern: it has the optional "eusc-" that the SDKs' model lacks.
    private static final String FORM =
            "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?"
                    + "(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)"
                    + "(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";
    private static final Pattern REFERENCE = Pattern.compile(FORM);
    private static final String QUALIFIER_FORM = "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+";
    private static final Pattern QUALIFIER = Pattern.compile(QUALIFIER_FORM);
    private static final int MAX_QUALIFIER = 128;
    private static final int REGION_GROUP = 3;
    private static final int ACCOUNT_GROUP = 9;
    private static final int NAME_GROUP = 11;
    private static final int QUALIFIER_GROUP = 13;

    /** The unqualified function. */
    public FunctionKey key() {
        return new FunctionKey(account, region, name);
    }

    /** The ARN as the caller named it: with a qualifier only if one was given. */
    public String arn() {
        return qualifier.map(given -> key().arn(given)).orElseGet(() -> key().arn());
    }

    /**
     * The function that a call invokes, of whatever account: who may, its policy says.
     *
     * @throws dev.cloister.api.AwsError if it is malformed, contradictory or of another region
     */
    public static FunctionReference forInvoke(
            String given, Optional<String> qualifier, RequestContext context) {
        FunctionReference reference = parse(given, qualifier, context);
        if (!reference.region.equals(context.region())) {
            throw LambdaErrors.notFound(
                    "Functions from '"
                            + reference.region
                            + "' are not reachable in this region ('"
                            + context.region()
                            + "')");
        }
        return reference;
    }

    /**
     * Reads a request's function name and qualifier parameter.
     *
     * @param action the IAM action, for the refusal of another account's function
     * @throws dev.cloister.api.AwsError if it is malformed, contradictory, of another region or of
     *     another account
     */
    public static FunctionReference of(
            String given, Optional<String> qualifier, RequestContext context, String action) {
        FunctionReference reference = forInvoke(given, qualifier, context);
        if (!reference.account.equals(context.account())) {
            throw LambdaErrors.accessDenied(
                    "User: "
                            + context.principal().arn()
                            + " is not authorized to perform: "
                            + action
                            + " on resource: "
                            + reference.arn()
                            + " because no resource-based policy allows the "
                            + action
                            + " action");
        }
        return reference;
    }

    /**
     * The function that CreateFunction names.
     *
     * @throws dev.cloister.api.AwsError if it is malformed, qualified or not the caller's
     */
    public static FunctionReference forCreate(String given, RequestContext context) {
        FunctionReference reference = parse(given, Optional.empty(), context);
        if (!reference.account.equals(context.account())) {
            // AWS's answer to this has no message.
            throw LambdaErrors.accessDenied("");
        }
        if (reference.qualifier.isPresent()) {
            throw LambdaErrors.invalidParameter(
                    "A function is created without a qualifier: " + given);
        }
        return of(given, Optional.empty(), context, "lambda:CreateFunction");
    }

    private static FunctionReference parse(
            String given, Optional<String> parameter, RequestContext context) {
        if (given.length() > MAX_LENGTH) {
            throw LambdaErrors.validation(
                    given,
                    "functionName",
                    "Member must have length less than or equal to " + MAX_LENGTH);
        }
        Matcher matcher = REFERENCE.matcher(given);
        if (!matcher.matches()) {
            throw LambdaErrors.validation(
                    given,
                    "functionName",
                    "Member must satisfy regular expression pattern: " + FORM);
        }
        Optional<String> derived = group(matcher, QUALIFIER_GROUP);
        Optional<String> beside = parameter.filter(text -> !text.isEmpty());
        beside.ifPresent(FunctionReference::checkQualifier);
        if (derived.isPresent() && beside.isPresent() && !derived.equals(beside)) {
            throw LambdaErrors.invalidParameter(
                    "The derived qualifier from the function name does not match the specified"
                            + " qualifier.");
        }
        return new FunctionReference(
                group(matcher, ACCOUNT_GROUP)
                        .map(FunctionReference::withoutColon)
                        .map(AccountId::new)
                        .orElseGet(context::account),
                group(matcher, REGION_GROUP)
                        .map(FunctionReference::withoutColon)
                        .map(text -> regionOf(text, context.region()))
                        .orElseGet(context::region),
                group(matcher, NAME_GROUP).orElseThrow(),
                derived.or(() -> beside));
    }

    private static void checkQualifier(String qualifier) {
        if (qualifier.length() > MAX_QUALIFIER) {
            throw LambdaErrors.validation(
                    qualifier,
                    "qualifier",
                    "Member must have length less than or equal to " + MAX_QUALIFIER);
        }
        if (!QUALIFIER.matcher(qualifier).matches()) {
            throw LambdaErrors.validation(
                    qualifier,
                    "qualifier",
                    "Member must satisfy regular expression pattern: " + QUALIFIER_FORM);
        }
    }

    private static Region regionOf(String text, Region here) {
        // The pattern also takes the European sovereign regions, which Region's form may not.
        try {
            return new Region(text);
        } catch (IllegalArgumentException notARegionHere) {
            throw LambdaErrors.notFound(
                    "Functions from '"
                            + text
                            + "' are not reachable in this region ('"
                            + here
                            + "')");
        }
    }

    private static String withoutColon(String text) {
        return text.substring(0, text.length() - 1);
    }

    private static Optional<String> group(Matcher matcher, int group) {
        return Optional.ofNullable(matcher.group(group));
    }
}
