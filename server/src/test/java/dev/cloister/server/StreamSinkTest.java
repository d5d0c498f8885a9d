package dev.cloister.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.cloister.api.AccountId;
import dev.cloister.api.Region;
import dev.cloister.observe.LogStore;
import dev.cloister.storage.KeyUnavailableException;
import dev.cloister.worker.LogSink.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A function loses log lines when the store fails, and nothing else. */
final class StreamSinkTest {
    private final FaultyLogStore store = new FaultyLogStore();
    private final ListAppender<ILoggingEvent> serverLog = new ListAppender<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void listen() {
        serverLog.start();
        logger().addAppender(serverLog);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(serverLog);
    }

    @Test
    void aFailingAppendDropsCountsAndGoesOn() {
        StreamSink sink = sink();
        sink.write(events("a"));
        store.failure = Optional.of(new KeyUnavailableException("the key is disabled"));
        sink.write(events("b", "c"));
        sink.write(events("d"));
        store.failure = Optional.empty();
        sink.write(events("e"));
        sink.close();

        assertThat(store.appended).containsExactly("a", "e");
        assertThat(sink.dropped()).isEqualTo(3);
        assertThat(store.closed).isTrue();
    }

    @Test
    void aStreamThatCannotBeOpenedIsTriedAgainWithEachBatch() {
        store.failure = Optional.of(new KeyUnavailableException("the key is disabled"));
        StreamSink sink = sink();
        sink.write(events("a"));
        store.failure = Optional.empty();
        sink.write(events("b"));

        assertThat(store.appended).containsExactly("b");
        assertThat(store.opened).isEqualTo(1);
        assertThat(sink.dropped()).isEqualTo(1);
    }

    @Test
    void theServersLogIsToldOnceAMinuteAndAtTheEnd() {
        StreamSink sink = sink();
        store.failure = Optional.of(new IllegalStateException("No space left on device"));
        for (int i = 0; i < 1_000; i++) {
            sink.write(events("x", "y"));
        }
        assertThat(messages())
                .containsExactly(
                        "f, stream: the log store fails, 2 events are lost so far; the function"
                                + " runs on");
        now = now.plus(Duration.ofMinutes(1));
        sink.write(events("x"));
        assertThat(messages()).hasSize(2);
        assertThat(messages().getLast()).contains("2001 events are lost");
        assertThat(serverLog.list.getLast().getThrowableProxy().getMessage())
                .isEqualTo("No space left on device");
        sink.close();
        assertThat(messages()).as("nothing new to tell").hasSize(2);
    }

    @Test
    void whatWasDroppedSinceIsToldWhenTheStreamEnds() {
        StreamSink sink = sink();
        store.failure = Optional.of(new IllegalStateException("No space left on device"));
        sink.write(events("x"));
        sink.write(events("y"));
        sink.close();
        assertThat(messages()).hasSize(2);
        assertThat(messages().getLast()).contains("2 events are lost");
    }

    @Test
    void aFailingCloseIsNobodysFailure() {
        StreamSink sink = sink();
        store.closeFails = true;
        sink.close();
        assertThat(messages()).containsExactly("f, stream: closing the log stream failed");
    }

    private StreamSink sink() {
        return new StreamSink(
                "f, stream",
                () ->
                        store.open(
                                new AccountId("000000000000"),
                                new Region("us-east-1"),
                                "/aws/lambda/f",
                                "stream"),
                () -> now);
    }

    private List<Event> events(String... messages) {
        return List.of(messages).stream().map(message -> new Event(now, message)).toList();
    }

    private List<String> messages() {
        return serverLog.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(StreamSink.class);
    }

    /** Keeps messages, or fails as it is told. */
    private static final class FaultyLogStore implements LogStore {
        private final List<String> appended = new ArrayList<>();
        private Optional<RuntimeException> failure = Optional.empty();
        private int opened;
        private boolean closeFails;
        private boolean closed;

        @Override
        public boolean hasGroup(AccountId account, Region region, String group) {
            return true;
        }

        @Override
        public LogWriter open(AccountId account, Region region, String group, String stream) {
            failIfTold();
            opened++;
            return new LogWriter() {
                @Override
                public void append(List<LogEvent> events) {
                    failIfTold();
                    events.forEach(event -> appended.add(event.message()));
                }

                @Override
                public void close() {
                    if (closeFails) {
                        throw new IllegalStateException("No space left on device");
                    }
                    closed = true;
                }
            };
        }

        private void failIfTold() {
            if (failure.isPresent()) {
                throw failure.get();
            }
        }

        @Override
        public void close() {}
    }
}
