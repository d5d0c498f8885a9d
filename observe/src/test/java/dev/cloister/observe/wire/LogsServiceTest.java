package dev.cloister.observe.wire;

import static dev.cloister.observe.logs.TestStore.QUIET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AccountId;
import dev.cloister.api.AwsError;
import dev.cloister.api.Operation;
import dev.cloister.api.Principal;
import dev.cloister.api.Region;
import dev.cloister.api.RequestContext;
import dev.cloister.api.ServiceDefinition;
import dev.cloister.observe.logs.TestStore;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogGroupRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogStream;
import software.amazon.awssdk.services.cloudwatchlogs.model.OrderBy;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutRetentionPolicyRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.RejectedLogEventsInfo;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest;

final class LogsServiceTest {
    private static final String ARN = "arn:aws:logs:us-east-1:123456789012:log-group:";

    @TempDir Path folder;

    private TestStore store;
    private ServiceDefinition service;
    private RequestContext context = context(TestStore.ACCOUNT, TestStore.REGION);

    @BeforeEach
    void open() {
        store = new TestStore(folder, QUIET);
        service = LogsService.definition(store.store(), store.clock());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void groupIsDescribedAsAws() {
        createGroup("/aws/lambda/f");
        LogGroup group = groups(r -> {}).logGroups().getFirst();
        assertThat(group.logGroupName()).isEqualTo("/aws/lambda/f");
        assertThat(group.arn()).isEqualTo(ARN + "/aws/lambda/f:*");
        assertThat(group.logGroupArn()).isEqualTo(ARN + "/aws/lambda/f");
        assertThat(group.creationTime()).isEqualTo(store.now().toEpochMilli());
        assertThat(group.storedBytes()).isZero();
        assertThat(group.metricFilterCount()).isZero();
        assertThat(group.retentionInDays()).isNull();
        assertThat(group.logGroupClassAsString()).isEqualTo("STANDARD");
        refused(
                "ResourceAlreadyExistsException",
                "The specified log group already exists",
                () -> createGroup("/aws/lambda/f"));
        call(
                "DeleteLogGroup",
                DeleteLogGroupRequest.builder().logGroupName("/aws/lambda/f").build());
        assertThat(groups(r -> {}).logGroups()).isEmpty();
        refused(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
                () ->
                        call(
                                "DeleteLogGroup",
                                DeleteLogGroupRequest.builder()
                                        .logGroupName("/aws/lambda/f")
                                        .build()));
    }

    @Test
    void groupsAreFoundByPrefixPatternIdentifierAndPage() {
        for (String name : List.of("b/1", "a/1", "a/2", "a_3", "B/1")) {
            createGroup(name);
        }
        assertThat(names(groups(r -> {}))).containsExactly("B/1", "a/1", "a/2", "a_3", "b/1");
        assertThat(names(groups(r -> r.logGroupNamePrefix("a/")))).containsExactly("a/1", "a/2");
        DescribeLogGroupsResponse matched = groups(r -> r.logGroupNamePattern("/1"));
        assertThat(names(matched)).containsExactly("B/1", "a/1", "b/1");
        assertThat(matched.logGroups().getFirst().storedBytes()).isNull();
        assertThat(names(groups(r -> r.logGroupNamePattern("b")))).containsExactly("b/1");
        assertThat(names(groups(r -> r.logGroupIdentifiers("a/2", "gone", ARN + "b/1"))))
                .containsExactly("a/2", "b/1");
        DescribeLogGroupsResponse first = groups(r -> r.limit(3));
        assertThat(names(first)).containsExactly("B/1", "a/1", "a/2");
        DescribeLogGroupsResponse second = groups(r -> r.limit(3).nextToken(first.nextToken()));
        assertThat(names(second)).containsExactly("a_3", "b/1");
        assertThat(second.nextToken()).isNull();
        assertThat(groups(r -> r.limit(5)).nextToken()).isNull();
        refused(
                "InvalidParameterException",
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
                () -> groups(r -> r.logGroupNamePrefix("a").logGroupNamePattern("b")));
        refused(
                "InvalidParameterException",
                "The specified nextToken is invalid.",
                () -> groups(r -> r.nextToken("not base64!")));
    }

    @Test
    void whatThisVersionDoesNotHaveIsRefused() {
        CreateLogGroupRequest.Builder base = CreateLogGroupRequest.builder().logGroupName("g");
        for (CreateLogGroupRequest request :
                List.of(
                        base.copy().kmsKeyId("arn:aws:kms:x").build(),
                        base.copy().logGroupClass("DELIVERY").build(),
                        base.copy().deletionProtectionEnabled(true).build(),
                        base.copy().logGroupName("aws/x").build(),
                        base.copy().tags(Map.of("aws:x", "y")).build())) {
            assertThatThrownBy(() -> call("CreateLogGroup", request))
                    .isInstanceOfSatisfying(
                            AwsError.class,
                            e -> assertThat(e.code()).isEqualTo("InvalidParameterException"));
        }
        assertThat(groups(r -> {}).logGroups()).isEmpty();
    }

    @Test
    void retentionIsSetAndRemoved() {
        createGroup("g");
        call(
                "PutRetentionPolicy",
                PutRetentionPolicyRequest.builder().logGroupName("g").retentionInDays(14).build());
        assertThat(groups(r -> {}).logGroups().getFirst().retentionInDays()).isEqualTo(14);
        assertThatThrownBy(
                        () ->
                                call(
                                        "PutRetentionPolicy",
                                        PutRetentionPolicyRequest.builder()
                                                .logGroupName("g")
                                                .retentionInDays(2)
                                                .build()))
                .hasMessageContaining("Value '2' at 'retentionInDays'")
                .hasMessageContaining("enum value set: [1, 3, 5, 7, 14,");
        call(
                "DeleteRetentionPolicy",
                DeleteRetentionPolicyRequest.builder().logGroupName("g").build());
        assertThat(groups(r -> {}).logGroups().getFirst().retentionInDays()).isNull();
        refused(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
                () ->
                        call(
                                "PutRetentionPolicy",
                                PutRetentionPolicyRequest.builder()
                                        .logGroupName("x")
                                        .retentionInDays(1)
                                        .build()));
    }

    @Test
    void tagsOfGroups() {
        call(
                "CreateLogGroup",
                CreateLogGroupRequest.builder().logGroupName("g").tags(Map.of("a", "1")).build());
        call(
                "TagResource",
                TagResourceRequest.builder()
                        .resourceArn(ARN + "g")
                        .tags(Map.of("b", "2", "a", "3"))
                        .build());
        assertThat(tags(ARN + "g")).isEqualTo(Map.of("a", "3", "b", "2"));
        assertThat(tags(ARN + "g:*")).hasSize(2);
        call(
                "UntagResource",
                UntagResourceRequest.builder().resourceArn(ARN + "g").tagKeys("a", "none").build());
        assertThat(tags(ARN + "g")).isEqualTo(Map.of("b", "2"));
        Map<String, String> many = new HashMap<>();
        IntStream.range(0, 50).forEach(i -> many.put("k" + i, "v"));
        assertThatThrownBy(
                        () ->
                                call(
                                        "TagResource",
                                        TagResourceRequest.builder()
                                                .resourceArn(ARN + "g")
                                                .tags(many)
                                                .build()))
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> assertThat(e.code()).isEqualTo("TooManyTagsException"));
        assertThat(tags(ARN + "g")).hasSize(1);
        refused(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
                () -> tags(ARN + "h"));
        refused(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
                () -> tags(ARN.replace("us-east-1", "eu-west-1") + "g"));
    }

    @Test
    void streamsAreListedByNameAndTime() {
        createGroup("g");
        createStream("g", "b");
        createStream("g", "a");
        createStream("g", "c");
        refused(
                "ResourceAlreadyExistsException",
                "The specified log stream already exists",
                () -> createStream("g", "a"));
        refused(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
                () -> createStream("x", "a"));
        put("g", "b", 0, "1");
        put("g", "a", 5, "2");
        assertThat(streamNames(streams(r -> {}))).containsExactly("a", "b", "c");
        assertThat(streamNames(streams(r -> r.descending(true)))).containsExactly("c", "b", "a");
        assertThat(streamNames(streams(r -> r.logStreamNamePrefix("b")))).containsExactly("b");
        List<String> byTime = new ArrayList<>();
        String token = null;
        do {
            String next = token;
            DescribeLogStreamsResponse page =
                    streams(
                            r ->
                                    r.orderBy(OrderBy.LAST_EVENT_TIME)
                                            .descending(true)
                                            .limit(1)
                                            .nextToken(next));
            byTime.addAll(streamNames(page));
            token = page.nextToken();
        } while (token != null);
        assertThat(byTime).containsExactly("a", "b", "c");
        LogStream stream = streams(r -> r.logStreamNamePrefix("a")).logStreams().getFirst();
        assertThat(stream.arn()).isEqualTo(ARN + "g:log-stream:a");
        assertThat(stream.lastEventTimestamp()).isEqualTo(store.now().toEpochMilli() + 5);
        assertThat(stream.firstEventTimestamp()).isEqualTo(stream.lastEventTimestamp());
        assertThat(stream.uploadSequenceToken()).isNotEmpty();
        refused(
                "InvalidParameterException",
                "Cannot order by LastEventTime with a logStreamNamePrefix.",
                () -> streams(r -> r.orderBy(OrderBy.LAST_EVENT_TIME).logStreamNamePrefix("a")));
        call(
                "DeleteLogStream",
                DeleteLogStreamRequest.builder().logGroupName("g").logStreamName("a").build());
        refused(
                "ResourceNotFoundException",
                "The specified log stream does not exist.",
                () -> get(r -> r.logGroupName("g").logStreamName("a")));
    }

    @Test
    void putRefusesAndRejectsAsAws() {
        createGroup("g");
        createStream("g", "s");
        refused(
                "InvalidParameterException",
                "Log events in a single PutLogEvents request must be in chronological order.",
                () -> put("g", "s", event(5, "b"), event(0, "a")));
        refused(
                "InvalidParameterException",
                "Upload too large: 1048602 bytes exceeds limit of 1048576",
                () -> put("g", "s", event(0, "x".repeat(524_275)), event(0, "x".repeat(524_275))));
        refused(
                "InvalidParameterException",
                "Log event too large: 1048577 bytes exceeds limit of 1048576",
                () -> put("g", "s", event(0, "x".repeat(1_048_551))));
        refused(
                "InvalidParameterException",
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
                () -> put("g", "s", event(-86_400_001L, "a"), event(0, "b")));
        refused(
                "ResourceNotFoundException",
                "The specified log stream does not exist.",
                () -> put("g", "t", 0, "x"));
        refused(
                "ResourceNotFoundException",
                "The specified log group does not exist.",
                () -> put("h", "s", 0, "x"));
        assertThat(store.messages("g")).isEmpty();

        long day = Duration.ofDays(1).toMillis();
        call(
                "PutRetentionPolicy",
                PutRetentionPolicyRequest.builder().logGroupName("g").retentionInDays(7).build());
        PutLogEventsResponse mixed =
                put(
                        "g",
                        "s",
                        event(-20 * day, "old"),
                        event(-15 * day, "old"),
                        event(-8 * day, "expired"),
                        event(0, "taken"),
                        event(7_200_000, "taken too"),
                        event(7_200_001, "new"));
        RejectedLogEventsInfo rejected = mixed.rejectedLogEventsInfo();
        assertThat(rejected.tooOldLogEventEndIndex()).isEqualTo(2);
        assertThat(rejected.expiredLogEventEndIndex()).isEqualTo(3);
        assertThat(rejected.tooNewLogEventStartIndex()).isEqualTo(5);
        assertThat(store.messages("g")).containsExactly("taken", "taken too");
        assertThat(put("g", "s", 0, "x").rejectedLogEventsInfo()).isNull();
        put("g", "s", event(0, "x".repeat(1_048_550)));
    }

    @Test
    void getPagesForwardsAndBackwardsAndStaysAtTheEnds() {
        fill(10);
        GetLogEventsResponse last = get(r -> named(r).limit(4));
        assertThat(texts(last)).containsExactly("m6", "m7", "m8", "m9");
        GetLogEventsResponse before =
                get(r -> named(r).limit(4).nextToken(last.nextBackwardToken()));
        assertThat(texts(before)).containsExactly("m2", "m3", "m4", "m5");
        GetLogEventsResponse first =
                get(r -> named(r).limit(4).nextToken(before.nextBackwardToken()));
        assertThat(texts(first)).containsExactly("m0", "m1");
        GetLogEventsResponse beyond = get(r -> named(r).nextToken(first.nextBackwardToken()));
        assertThat(texts(beyond)).isEmpty();
        assertThat(beyond.nextBackwardToken()).isEqualTo(first.nextBackwardToken());
        assertThat(texts(get(r -> named(r).limit(2).nextToken(beyond.nextForwardToken()))))
                .containsExactly("m0", "m1");

        GetLogEventsResponse head = get(r -> named(r).limit(6).startFromHead(true));
        assertThat(texts(head)).containsExactly("m0", "m1", "m2", "m3", "m4", "m5");
        GetLogEventsResponse tail =
                get(r -> named(r).limit(6).startFromHead(true).nextToken(head.nextForwardToken()));
        assertThat(texts(tail)).containsExactly("m6", "m7", "m8", "m9");
        GetLogEventsResponse end =
                get(r -> named(r).startFromHead(true).nextToken(tail.nextForwardToken()));
        assertThat(texts(end)).isEmpty();
        assertThat(end.nextForwardToken())
                .isEqualTo(tail.nextForwardToken())
                .matches("f/[0-9]{56}/s");
        assertThat(texts(get(r -> named(r).limit(1).nextToken(end.nextBackwardToken()))))
                .containsExactly("m9");
        put("g", "s", 100, "later");
        assertThat(texts(get(r -> named(r).nextToken(end.nextForwardToken()))))
                .containsExactly("later");
        long now = store.now().toEpochMilli();
        assertThat(texts(get(r -> named(r).startTime(now + 3).endTime(now + 5))))
                .containsExactly("m3", "m4");
    }

    @Test
    void getOnAnEmptyStreamGivesTokensThatFindWhatComes() {
        createGroup("g");
        createStream("g", "s");
        for (boolean head : new boolean[] {true, false}) {
            GetLogEventsResponse empty = get(r -> named(r).startFromHead(head));
            assertThat(empty.events()).isEmpty();
            GetLogEventsResponse again = get(r -> named(r).nextToken(empty.nextForwardToken()));
            assertThat(again.nextForwardToken()).isEqualTo(empty.nextForwardToken());
            assertThat(texts(get(r -> named(r).nextToken(empty.nextBackwardToken())))).isEmpty();
        }
        String token = get(r -> named(r)).nextForwardToken();
        put("g", "s", 0, "first");
        assertThat(texts(get(r -> named(r).nextToken(token)))).containsExactly("first");
    }

    @Test
    void getNamesTheGroupByNameOrIdentifierButNotBoth() {
        fill(1);
        assertThat(texts(get(r -> r.logGroupIdentifier("g").logStreamName("s")))).hasSize(1);
        assertThat(texts(get(r -> r.logGroupIdentifier(ARN + "g").logStreamName("s")))).hasSize(1);
        assertThat(texts(get(r -> r.logGroupIdentifier(ARN + "g:*").logStreamName("s"))))
                .hasSize(1);
        String message =
                "You must include either logGroupIdentifier or logGroupName, but not both.";
        refused("InvalidParameterException", message, () -> get(r -> r.logStreamName("s")));
        refused(
                "InvalidParameterException",
                message,
                () -> get(r -> named(r).logGroupIdentifier("g")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "f/12/s",
                "f/9999999999999999999" + "0000000000000000000" + "000000000000000000/s"
            })
    void tokensThatAreNoneAreRefused(String token) {
        fill(1);
        refused(
                "InvalidParameterException",
                "The specified nextToken is invalid.",
                () -> get(r -> named(r).nextToken(token)));
        refused(
                "InvalidParameterException",
                "The specified nextToken is invalid.",
                () -> filter(r -> r.nextToken(token)));
    }

    @Test
    void filterInterleavesStreamsAndPages() {
        createGroup("g");
        for (String stream : List.of("s1", "s2", "t")) {
            createStream("g", stream);
        }
        for (int i = 0; i < 30; i++) {
            put("g", List.of("s1", "s2", "t").get(i % 3), i, (i % 2 == 0 ? "even " : "odd ") + i);
        }
        FilterLogEventsResponse all = filter(r -> {});
        assertThat(all.events()).hasSize(30);
        assertThat(all.nextToken()).isNull();
        assertThat(all.hasSearchedLogStreams()).isTrue();
        assertThat(all.searchedLogStreams()).isEmpty();
        assertThat(all.events().get(4).logStreamName()).isEqualTo("s2");
        assertThat(all.events().stream().map(FilteredLogEvent::eventId)).doesNotHaveDuplicates();
        assertThat(messages(filter(r -> r.filterPattern("odd").logStreamNames("s1"))))
                .containsExactly("odd 3", "odd 9", "odd 15", "odd 21", "odd 27");
        assertThat(filter(r -> r.logStreamNamePrefix("s")).events()).hasSize(20);
        long now = store.now().toEpochMilli();
        assertThat(messages(filter(r -> r.startTime(now + 3).endTime(now + 5))))
                .containsExactly("odd 3", "even 4", "odd 5");
        List<String> paged = new ArrayList<>();
        String token = null;
        do {
            String next = token;
            FilterLogEventsResponse page =
                    filter(r -> r.limit(7).filterPattern("even").nextToken(next));
            assertThat(page.events()).hasSizeLessThanOrEqualTo(7);
            paged.addAll(messages(page));
            token = page.nextToken();
        } while (token != null);
        assertThat(paged).hasSize(15).startsWith("even 0").endsWith("even 28");
        refused(
                "ResourceNotFoundException",
                "The specified log stream does not exist.",
                () -> filter(r -> r.logStreamNames("none")));
        refused(
                "InvalidParameterException",
                "Invalid filter pattern",
                () -> filter(r -> r.filterPattern("{ $.a = ")));
        refused(
                "InvalidParameterException",
                "Invalid character(s) in term 'a-b'",
                () -> filter(r -> r.filterPattern("a-b")));
        assertThatThrownBy(() -> filter(r -> r.logStreamNames("t").logStreamNamePrefix("s")))
                .isInstanceOf(AwsError.class);
    }

    @Test
    void pagesHoldAtMostAMegabyte() {
        createGroup("g");
        createStream("g", "s");
        for (int i = 0; i < 5; i++) {
            put("g", "s", i, "x".repeat(400_000) + i);
        }
        FilterLogEventsResponse first = filter(r -> {});
        assertThat(first.events()).hasSize(2);
        assertThat(filter(r -> r.nextToken(first.nextToken())).events()).hasSize(2);
        assertThat(get(r -> named(r)).events()).hasSize(2);
    }

    /** What the AWS CLI's {@code logs tail --follow} asks, and what it makes of the answers. */
    @Test
    @SuppressWarnings("deprecation") // interleaved: the CLI sends it
    void cliTailFollowSeesEveryEventOnce() {
        store.open("g", "s0").append(store.events("m0"));
        List<String> shown = new ArrayList<>();
        Map<Long, Set<String>> seen = new HashMap<>();
        long start = store.now().minus(Duration.ofMinutes(10)).toEpochMilli();
        for (int round = 0; round < 20; round++) {
            String token = null;
            do {
                long from = start;
                String next = token;
                FilterLogEventsResponse page =
                        filter(r -> r.interleaved(true).startTime(from).nextToken(next).limit(3));
                for (FilteredLogEvent event : page.events()) {
                    if (seen.computeIfAbsent(event.timestamp(), t -> new HashSet<>())
                            .add(event.eventId())) {
                        shown.add(event.message());
                    }
                }
                token = page.nextToken();
            } while (token != null);
            start = seen.keySet().stream().mapToLong(t -> t).max().orElse(start);
            long newest = start;
            seen.keySet().removeIf(time -> time != newest);
            if (round % 3 == 0) {
                store.pass(Duration.ofMillis(1));
            }
            store.open("g", "s" + round % 4)
                    .append(store.events("m" + (round + 1), "n" + (round + 1)));
            if (round % 5 == 0) {
                store.flush();
            }
        }
        List<String> expected = new ArrayList<>(List.of("m0"));
        IntStream.rangeClosed(1, 19).forEach(i -> expected.addAll(List.of("m" + i, "n" + i)));
        assertThat(shown).isEqualTo(expected);
    }

    @Test
    void otherAccountsAndRegionsSeeNothing() {
        fill(3);
        for (RequestContext other :
                List.of(
                        context(new AccountId("210987654321"), TestStore.REGION),
                        context(TestStore.ACCOUNT, new Region("eu-west-1")))) {
            context = other;
            assertThat(groups(r -> {}).logGroups()).isEmpty();
            refused(
                    "ResourceNotFoundException",
                    "The specified log group does not exist.",
                    () -> filter(r -> {}));
            refused(
                    "ResourceNotFoundException",
                    "The specified log group does not exist.",
                    () -> get(r -> r.logGroupIdentifier(ARN + "g").logStreamName("s")));
            refused(
                    "ResourceNotFoundException",
                    "The specified log group does not exist.",
                    () -> put("g", "s", 0, "x"));
        }
    }

    private void fill(int events) {
        createGroup("g");
        createStream("g", "s");
        for (int i = 0; i < events; i++) {
            put("g", "s", i, "m" + i);
        }
    }

    private static GetLogEventsRequest.Builder named(GetLogEventsRequest.Builder request) {
        return request.logGroupName("g").logStreamName("s");
    }

    private void createGroup(String name) {
        call("CreateLogGroup", CreateLogGroupRequest.builder().logGroupName(name).build());
    }

    private void createStream(String group, String name) {
        call(
                "CreateLogStream",
                CreateLogStreamRequest.builder().logGroupName(group).logStreamName(name).build());
    }

    private InputLogEvent event(long offsetMillis, String message) {
        return InputLogEvent.builder()
                .timestamp(store.now().toEpochMilli() + offsetMillis)
                .message(message)
                .build();
    }

    private PutLogEventsResponse put(
            String group, String stream, long offsetMillis, String message) {
        return put(group, stream, event(offsetMillis, message));
    }

    private PutLogEventsResponse put(String group, String stream, InputLogEvent... events) {
        return (PutLogEventsResponse)
                call(
                        "PutLogEvents",
                        PutLogEventsRequest.builder()
                                .logGroupName(group)
                                .logStreamName(stream)
                                .logEvents(events)
                                .build());
    }

    private DescribeLogGroupsResponse groups(Consumer<DescribeLogGroupsRequest.Builder> request) {
        return (DescribeLogGroupsResponse)
                call(
                        "DescribeLogGroups",
                        DescribeLogGroupsRequest.builder().applyMutation(request).build());
    }

    private DescribeLogStreamsResponse streams(
            Consumer<DescribeLogStreamsRequest.Builder> request) {
        return (DescribeLogStreamsResponse)
                call(
                        "DescribeLogStreams",
                        DescribeLogStreamsRequest.builder()
                                .logGroupName("g")
                                .applyMutation(request)
                                .build());
    }

    private GetLogEventsResponse get(Consumer<GetLogEventsRequest.Builder> request) {
        return (GetLogEventsResponse)
                call("GetLogEvents", GetLogEventsRequest.builder().applyMutation(request).build());
    }

    private FilterLogEventsResponse filter(Consumer<FilterLogEventsRequest.Builder> request) {
        return (FilterLogEventsResponse)
                call(
                        "FilterLogEvents",
                        FilterLogEventsRequest.builder()
                                .logGroupName("g")
                                .applyMutation(request)
                                .build());
    }

    private Map<String, String> tags(String arn) {
        return ((ListTagsForResourceResponse)
                        call(
                                "ListTagsForResource",
                                ListTagsForResourceRequest.builder().resourceArn(arn).build()))
                .tags();
    }

    private static List<String> names(DescribeLogGroupsResponse response) {
        return response.logGroups().stream().map(LogGroup::logGroupName).toList();
    }

    private static List<String> streamNames(DescribeLogStreamsResponse response) {
        return response.logStreams().stream().map(LogStream::logStreamName).toList();
    }

    private static List<String> texts(GetLogEventsResponse response) {
        return response.events().stream().map(OutputLogEvent::message).toList();
    }

    private static List<String> messages(FilterLogEventsResponse response) {
        return response.events().stream().map(FilteredLogEvent::message).toList();
    }

    private static void refused(String code, String message, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        AwsError.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(code);
                            assertThat(e.status()).isEqualTo(400);
                        })
                .hasMessage(message);
    }

    private SdkPojo call(String name, SdkPojo request) {
        Operation operation =
                service.operations().stream()
                        .filter(o -> o.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        return switch (operation) {
            case Operation.Modeled<?, ?> modeled -> carryOut(modeled, request);
            case Operation.Raw raw -> throw new AssertionError(raw.name());
            case Operation.Streamed<?, ?> streamed -> throw new AssertionError(streamed.name());
            case Operation.Unsigned<?, ?> unsigned -> throw new AssertionError(unsigned.name());
        };
    }

    @SuppressWarnings("unchecked")
    private <I extends SdkPojo> SdkPojo carryOut(Operation.Modeled<I, ?> modeled, SdkPojo request) {
        return modeled.handler().handle((I) request, context);
    }

    private static RequestContext context(AccountId account, Region region) {
        return new RequestContext(
                new UUID(1, 2),
                new Principal(
                        account, "arn:aws:iam::" + account + ":root", account.value(), "AKIA"),
                region,
                Instant.EPOCH,
                InetAddress.getLoopbackAddress(),
                "http://127.0.0.1:4566");
    }
}
