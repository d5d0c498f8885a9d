package dev.cloister.observe.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.observe.LogStore.LogEvent;
import dev.cloister.observe.logs.GroupName;
import dev.cloister.observe.logs.LogErrors;
import dev.cloister.observe.logs.SegmentedLogStore;
import dev.cloister.observe.logs.StreamInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import software.amazon.awssdk.services.cloudwatchlogs.model.EntityRejectionErrorType;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.RejectedEntityInfo;
import software.amazon.awssdk.services.cloudwatchlogs.model.RejectedLogEventsInfo;

/** PutLogEvents: its limits, and what it leaves out of a batch that it takes. */
final class PutEventsOperation {
    private static final int MOST_BATCH_BYTES = 1_048_576;
    private static final int EVENT_OVERHEAD_BYTES = 26;
    private static final long OLDEST_MILLIS = Duration.ofDays(14).toMillis();
    private static final long NEWEST_MILLIS = Duration.ofHours(2).toMillis();
    private static final long LONGEST_SPAN_MILLIS = Duration.ofHours(24).toMillis();
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    private final SegmentedLogStore store;
    private final InstantSource clock;

    PutEventsOperation(SegmentedLogStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    PutLogEventsResponse put(PutLogEventsRequest request, RequestContext context) {
        List<InputLogEvent> events = request.logEvents();
        checkSize(events);
        checkOrder(events);
        GroupName group = GroupNames.named(request.logGroupName(), context);
        StreamInfo stream = store.catalog().stream(group, request.logStreamName());
        Accepted accepted = accepted(events, store.catalog().group(group).retentionDays());
        List<InputLogEvent> taken = events.subList(accepted.from(), accepted.to());
        checkSpan(taken);
        if (!taken.isEmpty()) {
            store.put(
                    group,
                    stream.name(),
                    taken.stream()
                            .map(
                                    e ->
                                            new LogEvent(
                                                    Instant.ofEpochMilli(e.timestamp()),
                                                    e.message()))
                            .toList());
        }
        PutLogEventsResponse.Builder response =
                PutLogEventsResponse.builder()
                        .nextSequenceToken(StreamOperations.sequenceToken(stream));
        if (taken.size() < events.size()) {
            response.rejectedLogEventsInfo(accepted.rejected(events.size()));
        }
        if (request.entity() != null) {
            // Entities belong to CloudWatch's "related" views, which there are none of here.
            response.rejectedEntityInfo(
                    RejectedEntityInfo.builder()
                            .errorType(EntityRejectionErrorType.UNSUPPORTED_LOG_GROUP_TYPE)
                            .build());
        }
        return response.build();
    }

    private static void checkSize(List<InputLogEvent> events) {
        long total = 0;
        for (InputLogEvent event : events) {
            int bytes =
                    event.message().getBytes(StandardCharsets.UTF_8).length + EVENT_OVERHEAD_BYTES;
            if (bytes > MOST_BATCH_BYTES) {
                throw LogErrors.invalid(
                        "Log event too large: "
                                + bytes
                                + " bytes exceeds limit of "
                                + MOST_BATCH_BYTES);
            }
            total += bytes;
        }
        if (total > MOST_BATCH_BYTES) {
            throw LogErrors.invalid(
                    "Upload too large: " + total + " bytes exceeds limit of " + MOST_BATCH_BYTES);
        }
    }

    private static void checkOrder(List<InputLogEvent> events) {
        for (int i = 1; i < events.size(); i++) {
            if (events.get(i).timestamp() < events.get(i - 1).timestamp()) {
                throw LogErrors.invalid(
                        "Log events in a single PutLogEvents request must be in chronological"
                                + " order.");
            }
        }
    }

    private static void checkSpan(List<InputLogEvent> events) {
        if (!events.isEmpty()
                && events.getLast().timestamp() - events.getFirst().timestamp()
                        > LONGEST_SPAN_MILLIS) {
            throw LogErrors.invalid(
                    "The batch of log events in a single PutLogEvents request cannot span more"
                            + " than 24 hours.");
        }
    }

    /** The events are in order, so those that are left out are at the two ends. */
    private Accepted accepted(List<InputLogEvent> events, OptionalInt retentionDays) {
        long now = clock.millis();
        long expiry =
                retentionDays.isPresent()
                        ? now - retentionDays.getAsInt() * DAY_MILLIS
                        : Long.MIN_VALUE;
        int tooOld = 0;
        while (tooOld < events.size() && events.get(tooOld).timestamp() < now - OLDEST_MILLIS) {
            tooOld++;
        }
        int from = tooOld;
        while (from < events.size() && events.get(from).timestamp() < expiry) {
            from++;
        }
        int to = events.size();
        while (to > from && events.get(to - 1).timestamp() > now + NEWEST_MILLIS) {
            to--;
        }
        return new Accepted(tooOld, from, to);
    }

    /**
     * Which events of a batch are taken.
     *
     * @param tooOld end of those older than 14 days
     * @param from end of those past the group's retention too: the first that is taken
     * @param to end of those taken
     */
    private record Accepted(int tooOld, int from, int to) {
        RejectedLogEventsInfo rejected(int size) {
            RejectedLogEventsInfo.Builder info = RejectedLogEventsInfo.builder();
            if (tooOld > 0) {
                info.tooOldLogEventEndIndex(tooOld);
            }
            if (from > tooOld) {
                info.expiredLogEventEndIndex(from);
            }
            if (to < size) {
                info.tooNewLogEventStartIndex(to);
            }
            return info.build();
        }
    }
}
