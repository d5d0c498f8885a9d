package dev.cloister.observe.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.observe.logs.GroupName;
import dev.cloister.observe.logs.LogCatalog;
import dev.cloister.observe.logs.LogErrors;
import dev.cloister.observe.logs.StreamInfo;
import dev.cloister.observe.logs.StreamOrder;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.CreateLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteLogStreamResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogStreamsResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogStream;
import software.amazon.awssdk.services.cloudwatchlogs.model.OrderBy;

/** The operations on log streams. */
final class StreamOperations {
    private static final int PAGE = 50;

    private final LogCatalog catalog;

    StreamOperations(LogCatalog catalog) {
        this.catalog = catalog;
    }

    CreateLogStreamResponse create(CreateLogStreamRequest request, RequestContext context) {
        catalog.createStream(
                GroupNames.named(request.logGroupName(), context), request.logStreamName());
        return CreateLogStreamResponse.builder().build();
    }

    DeleteLogStreamResponse delete(DeleteLogStreamRequest request, RequestContext context) {
        catalog.deleteStream(
                GroupNames.named(request.logGroupName(), context), request.logStreamName());
        return DeleteLogStreamResponse.builder().build();
    }

    DescribeLogStreamsResponse describe(DescribeLogStreamsRequest request, RequestContext context) {
        GroupName group =
                GroupNames.of(request.logGroupName(), request.logGroupIdentifier(), context);
        boolean byTime = request.orderBy() == OrderBy.LAST_EVENT_TIME;
        if (byTime && request.logStreamNamePrefix() != null) {
            throw LogErrors.invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
        }
        int limit = request.limit() == null ? PAGE : request.limit();
        StreamOrder order =
                new StreamOrder(
                        byTime,
                        Boolean.TRUE.equals(request.descending()),
                        Optional.ofNullable(request.nextToken()).map(StreamOperations::cursor));
        String prefix = request.logStreamNamePrefix() == null ? "" : request.logStreamNamePrefix();
        List<StreamInfo> found = catalog.streams(group, prefix, order, limit + 1);
        boolean more = found.size() > limit;
        List<StreamInfo> page = more ? found.subList(0, limit) : found;
        return DescribeLogStreamsResponse.builder()
                .logStreams(page.stream().map(stream -> stream(group, stream)).toList())
                .nextToken(more ? token(page.getLast()) : null)
                .build();
    }

    @SuppressWarnings("deprecation") // storedBytes, for clients that show it
    private static LogStream stream(GroupName group, StreamInfo stream) {
        LogStream.Builder result =
                LogStream.builder()
                        .logStreamName(stream.name())
                        .creationTime(stream.createdMillis())
                        .arn(group.arn() + ":log-stream:" + stream.name())
                        // "As of June 17, 2019 … always reported as zero."
                        .storedBytes(0L);
        if (stream.hasEvents()) {
            result.firstEventTimestamp(stream.firstEventMillis())
                    .lastEventTimestamp(stream.lastEventMillis())
                    .lastIngestionTime(stream.lastIngestionMillis())
                    .uploadSequenceToken(sequenceToken(stream));
        }
        return result.build();
    }

    /** No operation needs one any more; clients of old expect that there is one. */
    static String sequenceToken(StreamInfo stream) {
        return "%038d%018d".formatted(Math.max(0, stream.lastIngestionMillis()), stream.id());
    }

    private static String token(StreamInfo last) {
        return Tokens.text(last.lastEventMillis() + ":" + last.name());
    }

    private static StreamOrder.Cursor cursor(String token) {
        String text = Tokens.text64(token);
        int colon = text.indexOf(':'); // names have none
        try {
            return new StreamOrder.Cursor(
                    Long.parseLong(text.substring(0, Math.max(0, colon))),
                    text.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw Tokens.invalid();
        }
    }
}
