package dev.cloister.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.api.AwsError;
import dev.cloister.functions.FunctionKey;
import dev.cloister.functions.FunctionRecord;
import dev.cloister.functions.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;

/** Many callers at one function: one wins, the others are told, nothing is half done. */
final class ConcurrentEditsTest extends OperationsTest {
    private static final int CALLERS = 16;
    private static final int ROUNDS = 12;
    private static final FunctionKey HELLO =
            new FunctionKey(Installation.ACCOUNT, Installation.REGION, "hello");

    /** Runs all at once and gives each one's answer, or the code of its refusal. */
    private static <T> List<Object> race(List<Callable<T>> calls)
            throws InterruptedException, TimeoutException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> running = new ArrayList<>();
            for (Callable<T> call : calls) {
                running.add(
                        threads.submit(
                                () -> {
                                    try {
                                        return call.call();
                                    } catch (AwsError refused) {
                                        return refused.code();
                                    }
                                }));
            }
            List<Object> answers = new ArrayList<>();
            for (Future<Object> one : running) {
                answers.add(one.get(30, TimeUnit.SECONDS));
            }
            return answers;
        }
    }

    private static <T> List<Callable<T>> callers(java.util.function.IntFunction<T> call) {
        return IntStream.range(0, CALLERS).<Callable<T>>mapToObj(i -> () -> call.apply(i)).toList();
    }

    @Test
    void ofCallersWhoCreateOneFunctionExactlyOneWins() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<Object> answers =
                    race(
                            callers(
                                    i ->
                                            lambda.call(
                                                    hello().description("of " + i).build(),
                                                    CreateFunctionResponse.class)));
            List<CreateFunctionResponse> won = answersOf(answers, CreateFunctionResponse.class);
            assertThat(won).hasSize(1);
            assertThat(answers).contains("ResourceConflictException");
            GetFunctionConfigurationResponse kept = lambda.settled("hello");
            assertThat(kept.description()).isEqualTo(won.getFirst().description());
            lambda.restart();
            assertThat(lambda.settled("hello").description()).isEqualTo(kept.description());
            lambda.call(
                    DeleteFunctionRequest.builder().functionName("hello").build(),
                    DeleteFunctionResponse.class);
        }
    }

    private static <T> List<T> answersOf(List<Object> answers, Class<T> type) {
        return answers.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void ofCallersWhoKnowOneRevisionExactlyOneChangesIt() throws Exception {
        active();
        for (int round = 0; round < ROUNDS; round++) {
            String revision = lambda.settled("hello").revisionId();
            int base = 10 + round * CALLERS;
            List<Object> answers =
                    race(
                            callers(
                                    i ->
                                            i % 2 == 0
                                                    ? configure(
                                                                    c ->
                                                                            c.revisionId(revision)
                                                                                    .timeout(
                                                                                            base
                                                                                                    + i))
                                                            .timeout()
                                                    : upload(OTHER_ZIP, c -> c.revisionId(revision))
                                                            .timeout()));
            assertThat(answersOf(answers, Integer.class)).hasSize(1);
            assertThat(answersOf(answers, String.class))
                    .hasSize(CALLERS - 1)
                    .containsAnyOf("PreconditionFailedException", "ResourceConflictException")
                    .allMatch(
                            code ->
                                    code.equals("PreconditionFailedException")
                                            || code.equals("ResourceConflictException"));
            GetFunctionConfigurationResponse after = lambda.settled("hello");
            assertThat(after.timeout()).isEqualTo(answersOf(answers, Integer.class).getFirst());
            assertThat(after.lastUpdateStatusAsString()).isEqualTo("Successful");
        }
    }

    @Test
    void unconditionalEditsConflictOrTakeTurnsAndNoneIsMixed() throws Exception {
        active();
        for (int round = 0; round < ROUNDS; round++) {
            int base = 10 + round * CALLERS;
            List<Object> answers =
                    race(
                            callers(
                                    i ->
                                            configure(
                                                            c ->
                                                                    c.timeout(base + i)
                                                                            .description(
                                                                                    "d"
                                                                                            + (base
                                                                                                    + i)))
                                                    .timeout()));
            List<Integer> won = answersOf(answers, Integer.class);
            assertThat(won).isNotEmpty();
            assertThat(answersOf(answers, String.class))
                    .allMatch("ResourceConflictException"::equals);
            GetFunctionConfigurationResponse after = lambda.settled("hello");
            assertThat(won).contains(after.timeout());
            assertThat(after.description()).isEqualTo("d" + after.timeout());
        }
        FunctionRecord before = lambda.functions().find(HELLO).orElseThrow();
        lambda.restart();
        assertThat(lambda.functions().find(HELLO)).contains(before);
    }

    @Test
    void publishingAtOnceGivesOneVersionAndAliasesOfANameOneAlias() throws Exception {
        active();
        for (int round = 1; round <= ROUNDS; round++) {
            int timeout = 10 + round;
            configure(c -> c.timeout(timeout));
            lambda.settled("hello");
            List<Object> published =
                    race(
                            callers(
                                    _ ->
                                            lambda.call(
                                                            PublishVersionRequest.builder()
                                                                    .functionName("hello")
                                                                    .build(),
                                                            PublishVersionResponse.class)
                                                    .version()));
            assertThat(new TreeSet<>(answersOf(published, String.class)))
                    .containsExactly(Integer.toString(round));
            String name = "a" + round;
            List<Object> aliases =
                    race(
                            callers(
                                    _ ->
                                            lambda.call(
                                                    CreateAliasRequest.builder()
                                                            .functionName("hello")
                                                            .name(name)
                                                            .functionVersion("1")
                                                            .build(),
                                                    CreateAliasResponse.class)));
            assertThat(answersOf(aliases, CreateAliasResponse.class)).hasSize(1);
        }
    }

    @Test
    void pagesNeverSkipOrRepeatWhatStayed() throws Exception {
        List<String> stay = IntStream.range(0, 12).mapToObj(i -> "stay-%02d".formatted(i)).toList();
        stay.forEach(name -> lambda.call(named(name).build(), CreateFunctionResponse.class));
        ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int writer = 0; writer < 3; writer++) {
            int id = writer;
            calls.add(
                    () -> {
                        for (int i = 0; i < 15; i++) {
                            String name = "stay-%02d-%d-%d".formatted(i % 12, id, i);
                            lambda.call(named(name).build(), CreateFunctionResponse.class);
                            lambda.call(
                                    DeleteFunctionRequest.builder().functionName(name).build(),
                                    DeleteFunctionResponse.class);
                        }
                        return true;
                    });
        }
        for (String version : List.of("", "ALL")) {
            for (int size = 1; size < 5; size++) {
                int items = size;
                calls.add(
                        () -> {
                            for (int i = 0; i < 5; i++) {
                                List<String> seen = walk(version, items);
                                List<String> kept = seen.stream().filter(stay::contains).toList();
                                if (!kept.equals(stay)) {
                                    faults.add(seen.toString());
                                }
                            }
                            return true;
                        });
            }
        }
        race(calls);
        assertThat(faults).isEmpty();
    }

    private List<String> walk(String version, int size) {
        List<String> seen = new ArrayList<>();
        Optional<String> marker = Optional.empty();
        do {
            ListFunctionsResponse page =
                    lambda.call(
                            ListFunctionsRequest.builder()
                                    .functionVersion(version.isEmpty() ? null : version)
                                    .maxItems(size)
                                    .marker(marker.orElse(null))
                                    .build(),
                            ListFunctionsResponse.class);
            page.functions().stream().map(FunctionConfiguration::functionName).forEach(seen::add);
            marker = Optional.ofNullable(page.nextMarker());
        } while (marker.isPresent());
        return seen;
    }

    @Test
    void aMarkerThatNobodyGaveIsRefusedOrLeadsToNothingElse() {
        active();
        for (String position : List.of("\uffff\uffff", "hello:", "hello:x", "hello:-1", ":", "")) {
            String marker =
                    java.util.Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(
                                    ("1:" + position)
                                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
            for (String version : List.of("", "ALL")) {
                try {
                    assertThat(
                                    lambda.call(
                                                    ListFunctionsRequest.builder()
                                                            .marker(marker)
                                                            .functionVersion(
                                                                    version.isEmpty()
                                                                            ? null
                                                                            : version)
                                                            .build(),
                                                    ListFunctionsResponse.class)
                                            .functions()
                                            .size())
                            .isLessThanOrEqualTo(1);
                } catch (AwsError refused) {
                    assertThat(refused.code()).isEqualTo("InvalidParameterValueException");
                }
            }
        }
    }
}
