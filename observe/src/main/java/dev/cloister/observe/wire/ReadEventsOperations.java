package dev.cloister.observe.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.observe.filter.FilterPattern;
import dev.cloister.observe.filter.InvalidFilterException;
import dev.cloister.observe.logs.EventPage;
import dev.cloister.observe.logs.EventQuery;
import dev.cloister.observe.logs.GroupName;
import dev.cloister.observe.logs.LogErrors;
import dev.cloister.observe.logs.LogReader;
import dev.cloister.observe.logs.Position;
import dev.cloister.observe.logs.StoredEvent;
import dev.cloister.observe.logs.StreamSelection;
import dev.cloister.observe.wire.Tokens.EventsToken;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilterLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;

/** GetLogEvents and FilterLogEvents. */
final class ReadEventsOperations {
    private static final int PAGE = 10_000;

    private final LogReader reader;

    ReadEventsOperations(LogReader reader) {
        this.reader = reader;
    }

    GetLogEventsResponse get(GetLogEventsRequest request, RequestContext context) {
        GroupName group =
                GroupNames.of(request.logGroupName(), request.logGroupIdentifier(), context);
        EventsToken at = start(request);
        EventPage page =
                reader.read(
                        group,
                        new EventQuery(
                                new StreamSelection.Names(List.of(request.logStreamName())),
                                from(request.startTime()),
                                // "Events with a timestamp equal to or later than this time are
                                // not included."
                                request.endTime() == null ? Long.MAX_VALUE : request.endTime() - 1,
                                at.position(),
                                at.forward(),
                                request.limit() == null ? PAGE : request.limit(),
                                message -> true,
                                false));
        return GetLogEventsResponse.builder()
                .events(page.events().stream().map(ReadEventsOperations::output).toList())
                .nextForwardToken(forward(page.events(), at).toString())
                .nextBackwardToken(backward(page.events(), at).toString())
                .build();
    }

    FilterLogEventsResponse filter(FilterLogEventsRequest request, RequestContext context) {
        GroupName group =
                GroupNames.of(request.logGroupName(), request.logGroupIdentifier(), context);
        try {
            FilterPattern pattern =
                    FilterPattern.parse(
                            request.filterPattern() == null ? "" : request.filterPattern());
            EventPage page =
                    reader.read(
                            group,
                            new EventQuery(
                                    streams(request),
                                    from(request.startTime()),
                                    // "Events with a timestamp later than this time are not
                                    // returned."
                                    request.endTime() == null ? Long.MAX_VALUE : request.endTime(),
                                    request.nextToken() == null
                                            ? Position.START
                                            : Tokens.position(request.nextToken()),
                                    true,
                                    request.limit() == null ? PAGE : request.limit(),
                                    pattern,
                                    !pattern.matchesAll()));
            return FilterLogEventsResponse.builder()
                    .events(page.events().stream().map(ReadEventsOperations::filtered).toList())
                    .searchedLogStreams(List.of())
                    .nextToken(page.next().map(Tokens::position).orElse(null))
                    .build();
        } catch (InvalidFilterException e) {
            throw LogErrors.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static EventsToken start(GetLogEventsRequest request) {
        if (request.nextToken() != null) {
            return Tokens.events(request.nextToken());
        }
        return Boolean.TRUE.equals(request.startFromHead())
                ? new EventsToken(true, Position.START)
                : new EventsToken(false, Position.END);
    }

    /** After the page; "if you have reached the end of the stream, … the same token". */
    private static EventsToken forward(List<StoredEvent> events, EventsToken at) {
        if (!events.isEmpty()) {
            return new EventsToken(true, events.getLast().position());
        }
        if (at.forward()) {
            return at;
        }
        // Nothing is before this place; what is at it or behind it is still to come.
        Position place = at.position().equals(Position.END) ? Position.START : at.position();
        return new EventsToken(
                true, new Position(place.millis(), Math.max(-1, place.sequence() - 1)));
    }

    /** Before the page. */
    private static EventsToken backward(List<StoredEvent> events, EventsToken at) {
        if (!events.isEmpty()) {
            return new EventsToken(false, events.getFirst().position());
        }
        if (at.forward()) {
            Position place = at.position();
            return new EventsToken(false, new Position(place.millis(), place.sequence() + 1));
        }
        return at.position().equals(Position.END) ? new EventsToken(false, Position.START) : at;
    }

    private static StreamSelection streams(FilterLogEventsRequest request) {
        String prefix = request.logStreamNamePrefix();
        if (!request.hasLogStreamNames()) {
            return new StreamSelection.Prefix(prefix == null ? "" : prefix);
        }
        if (prefix != null) {
            throw LogErrors.invalid(
                    "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.");
        }
        return new StreamSelection.Names(request.logStreamNames());
    }

    private static long from(@Nullable Long startTime) {
        return startTime == null ? 0 : startTime;
    }

    private static OutputLogEvent output(StoredEvent event) {
        return OutputLogEvent.builder()
                .timestamp(event.position().millis())
                .message(event.message())
                .ingestionTime(event.ingestionMillis())
                .build();
    }

    private static FilteredLogEvent filtered(StoredEvent event) {
        return FilteredLogEvent.builder()
                .logStreamName(event.stream())
                .timestamp(event.position().millis())
                .message(event.message())
                .ingestionTime(event.ingestionMillis())
                .eventId(event.id())
                .build();
    }
}
