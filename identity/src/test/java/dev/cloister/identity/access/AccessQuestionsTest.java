package dev.cloister.identity.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AccessCheck;
import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.api.SessionContext;
import dev.cloister.identity.Identities;
import dev.cloister.identity.RoleArn;
import dev.cloister.identity.access.AccessQuestions.Answer;
import dev.cloister.identity.access.AccessQuestions.Line;
import dev.cloister.identity.access.AccessQuestions.Question;
import dev.cloister.identity.directory.IamEntity;
import dev.cloister.identity.directory.IamEntity.Kind;
import dev.cloister.identity.directory.RoleEdits;
import dev.cloister.identity.policy.AccessRequest;
import dev.cloister.identity.policy.GeneratedPolicies;
import dev.cloister.identity.policy.Policy;
import dev.cloister.identity.policy.PolicyKind;
import dev.cloister.identity.policy.ResourcePolicy;
import dev.cloister.keys.RootKeyring;
import dev.cloister.storage.Database;
import dev.cloister.storage.Envelope;
import dev.cloister.storage.SqliteDatabase;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AccessQuestionsTest {
    private static final AccountId ACCOUNT = new AccountId("111122223333");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String TRUST =
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",\
            "Principal":{"AWS":"111122223333"}}]}""";
    private static final String FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f";
    private static final int ROUNDS = 300;

    @TempDir private Path folder;
    private Database database;
    private Identities identities;
    private Callers callers;
    private Optional<ResourcePolicy> resourcePolicy = Optional.empty();
    private AccessQuestions questions;
    private PolicyAuthorizer authorizer;

    @BeforeEach
    void open() {
        database =
                new SqliteDatabase(
                        folder.resolve("state.db"),
                        List.of(RootKeyring.migration(), Identities.migration()));
        RootKeyring keyring = RootKeyring.open(folder.resolve("root.key"), database);
        identities = new Identities(database, new Envelope(keyring), () -> NOW, new SecureRandom());
        identities.ensureAccount(ACCOUNT);
        callers = new Callers(identities.directory());
        List<ResourceAttributes> resources =
                List.of(
                        new ResourceAttributes() {
                            @Override
                            public Optional<ResourcePolicy> policy(String arn) {
                                return resourcePolicy;
                            }

                            @Override
                            public Map<String, String> tags(String arn) {
                                return Map.of("team", "red");
                            }
                        });
        questions = new AccessQuestions(identities, callers, resources, () -> NOW);
        authorizer = new PolicyAuthorizer(callers, identities.userKeys(), resources);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private IamEntity user() {
        return identities
                .directory()
                .entities()
                .create(ACCOUNT, Kind.USER, "ana", "/", Map.of("team", "red"), Optional.empty());
    }

    private IamEntity role() {
        return identities
                .directory()
                .roles()
                .create(
                        ACCOUNT,
                        new RoleEdits.NewRole(
                                "r", "/", TRUST, "", 3_600, Map.of(), Optional.empty()));
    }

    private void put(IamEntity entity, String name, String document) {
        identities
                .directory()
                .entities()
                .putInline(ACCOUNT, entity.kind(), entity.name(), name, document);
    }

    private Answer why(String principal, String action, String resource) {
        return questions.why(new Question(principal, action, resource, Map.of())).orElseThrow();
    }

    @Test
    void everyStatementSaysItsPart() {
        IamEntity ana = user();
        put(
                ana,
                "p",
                """
                {"Version":"2012-10-17","Statement":[
                {"Sid":"Read","Effect":"Allow","Action":"lambda:Get*","Resource":"*"},
                {"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"*",
                "Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}""");
        String arn = ana.arn(ACCOUNT);

        Answer read = why(arn, "lambda:GetFunction", FUNCTION);
        assertThat(read.allowed()).isTrue();
        assertThat(read.message())
                .isEqualTo("Allowed by statement 1 (Read) of the identity-based policy p");

        Answer invoke = why(arn, "lambda:InvokeFunction", FUNCTION);
        assertThat(invoke.allowed()).isFalse();
        assertThat(invoke.message())
                .isEqualTo(
                        "Denied: User: arn:aws:iam::111122223333:user/ana is not authorized to"
                                + " perform: lambda:InvokeFunction on resource: "
                                + FUNCTION
                                + " because no identity-based policy allows the"
                                + " lambda:InvokeFunction action");
        assertThat(invoke.statements()).extracting(Line::matches).containsExactly(false, false);
        assertThat(invoke.statements())
                .extracting(Line::reason)
                .containsExactly("the action is another", "a condition doesn't hold");
        assertThat(invoke.statements().getLast().conditions())
                .containsExactly("IpAddress aws:SourceIp: wanted 10.0.0.0/8, found nothing");
        assertThat(
                        questions
                                .why(
                                        new Question(
                                                arn,
                                                "lambda:InvokeFunction",
                                                FUNCTION,
                                                Map.of("aws:SourceIp", List.of("10.1.2.3"))))
                                .orElseThrow()
                                .allowed())
                .isTrue();
    }

    @Test
    void principalsAreFoundByWhatNamesThem() {
        IamEntity role = role();
        put(
                role,
                "all",
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""");
        String arn = role.arn(ACCOUNT);
        assertThat(why(arn, "s3:GetObject", "*").allowed()).isTrue();
        assertThat(why("arn:aws:sts::111122223333:assumed-role/r/s", "s3:GetObject", "*").allowed())
                .isTrue();
        assertThat(why("arn:aws:iam::111122223333:root", "s3:GetObject", "*").message())
                .contains("root user needs no policy");
        String key =
                session(
                                arn,
                                "{\"Version\":\"2012-10-17\",\"Statement\":"
                                        + "[{\"Effect\":\"Allow\",\"Action\":\"s3:Get*\",\"Resource\":\"*\"}]}")
                        .accessKeyId();
        assertThat(why(key, "s3:GetObject", "*").allowed()).isTrue();
        assertThat(why(key, "s3:PutObject", "*").message())
                .contains("because no session policy allows the s3:PutObject action");
        for (String unknown :
                List.of("arn:aws:iam::111122223333:user/nobody", "AKIAUNKNOWN", "", "x")) {
            assertThat(questions.why(new Question(unknown, "s3:GetObject", "*", Map.of())))
                    .as(unknown)
                    .isEmpty();
        }
    }

    private Principal session(String roleArn, String policy) {
        return identities
                .issueSession(
                        RoleArn.parse(roleArn).orElseThrow(),
                        "s",
                        new SessionContext(
                                Optional.of(roleArn),
                                Optional.of(NOW),
                                Optional.of(policy),
                                List.of(),
                                Map.of(),
                                List.of(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        Duration.ofHours(1))
                .principal();
    }

    /** Policies by chance, on a user and on a role's session, asked both ways. */
    @Test
    void questionsGetTheAnswersThatRequestsGet() {
        IamEntity ana = user();
        IamEntity role = role();
        String userKey = identities.userKeys().create(ACCOUNT, "ana").key().accessKeyId();
        Principal anaPrincipal = identities.find(userKey).orElseThrow().principal();
        Set<String> seen = new HashSet<>();
        for (long seed = 0; seed < ROUNDS; seed++) {
            GeneratedPolicies generated = new GeneratedPolicies(seed);
            put(ana, "p", generated.policy(PolicyKind.IDENTITY));
            put(role, "p", generated.policy(PolicyKind.IDENTITY));
            resourcePolicy =
                    generated
                            .sometimes(60, () -> generated.policy(PolicyKind.RESOURCE))
                            .map(text -> Policy.parse(PolicyKind.RESOURCE, "resource", text))
                            .map(ResourcePolicy::sufficient);
            Principal session = session(role.arn(ACCOUNT), generated.policy(PolicyKind.SESSION));
            AccessRequest request = generated.request();
            Map<String, List<String>> context =
                    Map.of("test:list", request.context().get("test:list"));
            for (Principal principal : List.of(anaPrincipal, session)) {
                String asRequest = judged(principal, request, context);
                Answer answer =
                        questions
                                .why(
                                        new Question(
                                                principal.accessKeyId(),
                                                request.action(),
                                                request.resource(),
                                                context))
                                .orElseThrow();
                assertThat(answer.allowed()).as("seed %d", seed).isEqualTo(asRequest.isEmpty());
                assertThat(answer.message()).as("seed %d", seed).endsWith(asRequest);
                seen.add(asRequest.replaceFirst(".* (because no|with an)", "$1"));
            }
        }
        // Were it always the same answer, agreeing would say little.
        assertThat(seen).hasSizeGreaterThan(5);
    }

    /** The message of the refusal, or nothing if it is allowed. */
    private String judged(
            Principal principal, AccessRequest request, Map<String, List<String>> context) {
        try {
            authorizer.authorize(
                    "s3",
                    List.of(AccessCheck.of(request.action(), request.resource(), context)),
                    new RequestContext(
                            UUID.randomUUID(),
                            principal,
                            new Region("us-east-1"),
                            NOW,
                            InetAddress.getLoopbackAddress(),
                            "http://127.0.0.1:4566"));
            return "";
        } catch (AwsError e) {
            return e.message();
        }
    }
}
