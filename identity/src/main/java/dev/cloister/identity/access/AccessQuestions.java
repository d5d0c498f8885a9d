package dev.cloister.identity.access;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccountId;
import dev.cloister.identity.Identities;
import dev.cloister.identity.access.Judge.Explained;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.policy.Caller;
import dev.cloister.identity.policy.ContextKeys;
import dev.cloister.identity.policy.Decision;
import dev.cloister.identity.policy.Explanation.FailedCondition;
import dev.cloister.identity.policy.Explanation.StatementTrace;
import dev.cloister.identity.policy.Mismatch;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says why somebody may or may not do something, statement by statement. Thread-safe. */
public final class AccessQuestions {
    private static final Pattern SESSION =
            Pattern.compile("arn:aws:sts::([0-9]{12}):assumed-role/([^/]+)/[^/]+");
    private static final Pattern OF_ACCOUNT = Pattern.compile("arn:aws:iam::([0-9]{12}):.+");

    private final Identities identities;
    private final Callers callers;
    private final Judge judge;
    private final InstantSource clock;

    /**
     * @param resources asked in this order for the policy and the tags of a resource, as requests
     *     ask them
     */
    public AccessQuestions(
            Identities identities,
            Callers callers,
            List<ResourceAttributes> resources,
            InstantSource clock) {
        this.identities = identities;
        this.callers = callers;
        this.judge = new Judge(resources);
        this.clock = clock;
    }

    /**
     * What is asked.
     *
     * @param principal the ARN of a user, a role or a root user, or an access key id: of temporary
     *     credentials only those used lately are known, with their session's policies
     * @param resource an ARN, or {@code *}
     * @param context condition keys of the request
     */
    public record Question(
            String principal, String action, String resource, Map<String, List<String>> context) {
        public Question {
            context = Map.copyOf(context);
        }
    }

    /**
     * The answer.
     *
     * @param message why, in the words of the error that the caller would get
     * @param statements everything that bears on it, the denying and allowing statement among them
     */
    public record Answer(boolean allowed, String message, List<Line> statements) {
        public Answer {
            statements = List.copyOf(statements);
        }
    }

    /**
     * What one statement has to say.
     *
     * @param kind of its policy, such as {@code identity-based policy}
     * @param statement its place in the policy, from 1, with its Sid
     * @param matches whether it speaks of the request
     * @param reason by which element it doesn't
     * @param conditions those that don't hold
     */
    public record Line(
            String kind,
            String policy,
            String statement,
            String effect,
            boolean matches,
            String reason,
            List<String> conditions) {
        public Line {
            conditions = List.copyOf(conditions);
        }
    }

    /**
     * @return empty if there is no such principal
     */
    public Optional<Answer> why(Question question) {
        return caller(question.principal).map(caller -> answer(caller, question));
    }

    private Optional<KnownCaller> caller(String principal) {
        Matcher session = SESSION.matcher(principal);
        if (session.matches()) {
            AccountId account = new AccountId(session.group(1));
            return identities
                    .directory()
                    .state(account)
                    .find(Kind.ROLE, session.group(2))
                    .flatMap(role -> callers.ofArn(account, role.arn(account)));
        }
        Matcher entity = OF_ACCOUNT.matcher(principal);
        return entity.matches()
                ? callers.ofArn(new AccountId(entity.group(1)), principal)
                : identities.find(principal).map(credential -> callers.of(credential.principal()));
    }

    private Answer answer(KnownCaller caller, Question question) {
        ContextKeys.Builder keys =
                ContextKeys.builder()
                        .put(
                                "aws:CurrentTime",
                                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                        .put("aws:EpochTime", Long.toString(clock.instant().getEpochSecond()))
                        .put("aws:ViaAWSService", "false");
        Explained explained =
                judge.explain(
                        caller,
                        AccessCheck.of(question.action, question.resource, question.context),
                        keys);
        Decision decision = explained.explanation().decision();
        return new Answer(
                decision.isAllowed(),
                message(decision, caller.caller(), explained),
                explained.explanation().statements().stream().map(AccessQuestions::line).toList());
    }

    private static String message(Decision decision, Caller caller, Explained explained) {
        return switch (decision) {
            case Decision.Allowed(Optional<Decision.StatementRef> by) ->
                    by.map(statement -> "Allowed by " + name(statement))
                            .orElse("Allowed: an account's root user needs no policy");
            case Decision.ExplicitDeny deny ->
                    "Denied by "
                            + name(deny.by())
                            + ": "
                            + deny.message(caller, explained.request());
            case Decision.ImplicitDeny deny ->
                    "Denied: " + deny.message(caller, explained.request());
        };
    }

    private static Line line(StatementTrace trace) {
        return new Line(
                trace.statement().kind().noun(),
                trace.statement().policy(),
                place(trace.statement()),
                trace.effect().toString(),
                trace.mismatch() == Mismatch.NONE,
                trace.mismatch().toString(),
                trace.conditions().stream().map(AccessQuestions::condition).toList());
    }

    private static String condition(FailedCondition failed) {
        return "%s %s: wanted %s, found %s"
                .formatted(
                        failed.operator(),
                        failed.key(),
                        String.join(" or ", failed.wanted()),
                        failed.found().isEmpty() ? "nothing" : String.join(", ", failed.found()));
    }

    private static String place(Decision.StatementRef statement) {
        String number = Integer.toString(statement.index() + 1);
        return statement
                .sid()
                .filter(sid -> !sid.isEmpty())
                .map(sid -> number + " (" + sid + ")")
                .orElse(number);
    }

    private static String name(Decision.StatementRef statement) {
        return "statement "
                + place(statement)
                + " of the "
                + statement.kind().noun()
                + " "
                + statement.policy();
    }
}
