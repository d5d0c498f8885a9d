package dev.cloister.observe.logs;

import static dev.cloister.observe.logs.TestStore.QUIET;
import static dev.cloister.observe.logs.TestStore.group;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.api.AwsError;
import dev.cloister.observe.LogStore.LogWriter;
import dev.cloister.storage.KeyUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups under customers' keys. */
final class GroupKeysTest {
    private static final String KEY = "arn:aws:kms:us-east-1:123456789012:key/k";
    private static final Optional<AwsError> DISABLED =
            Optional.of(new AwsError("DisabledException", 400, KEY + " is disabled."));
    private static final Optional<AwsError> DENIED =
            Optional.of(new AwsError("AccessDeniedException", 400, "denied"));
    private static final String NOT_ALLOWED =
            "The specified KMS key does not exist or is not allowed to be used with Arn '"
                    + group("g").arn()
                    + "'";

    @TempDir private Path folder;

    private TestStore store() {
        TestStore store = new TestStore(folder.resolve("store"), QUIET);
        store.store().catalog().createGroup(group("g"), Map.of(), Optional.of(KEY));
        store.store().catalog().createStream(group("g"), "s");
        return store;
    }

    private static void put(TestStore store, String message) {
        store.store().put(group("g"), "s", store.events(message));
    }

    @Test
    void aGroupShowsItsKeyAlsoAfterARestart() {
        try (TestStore store = store()) {
            put(store, "one");
            store.reopen();
            assertThat(store.store().catalog().group(group("g")).kmsKeyArn()).contains(KEY);
            assertThat(store.messages("g")).containsExactly("one");
            store.store().catalog().setKey(group("g"), Optional.empty());
            assertThat(store.store().catalog().group(group("g")).kmsKeyArn()).isEmpty();
        }
    }

    @Test
    void aDisabledKeyClosesTheGroupAndTakesNothing() {
        try (TestStore store = store()) {
            put(store, "one");
            store.keys().refuse(DISABLED);
            assertThatThrownBy(() -> store.messages("g"))
                    .isInstanceOf(AwsError.class)
                    .hasMessage(NOT_ALLOWED);
            assertThatThrownBy(() -> put(store, "two"))
                    .isInstanceOf(AwsError.class)
                    .hasMessage(NOT_ALLOWED);
            store.keys().refuse(Optional.empty());
            assertThat(store.messages("g")).containsExactly("one");
            put(store, "three");
            assertThat(store.messages("g")).containsExactly("one", "three");
        }
    }

    /** What a function writes meanwhile is kept as long as memory allows, and is there then. */
    @Test
    void whatIsAppendedWhileTheKeyIsDisabledWaitsForIt() {
        try (TestStore store = store()) {
            LogWriter writer = store.open("g", "s");
            store.keys().refuse(DISABLED);
            writer.append(store.events("kept"));
            assertThatThrownBy(store::flush).isInstanceOf(KeyUnavailableException.class);
            assertThatThrownBy(() -> store.messages("g")).hasMessage(NOT_ALLOWED);
            store.keys().refuse(Optional.empty());
            store.flush();
            assertThat(store.messages("g")).containsExactly("kept");
            writer.close();
        }
    }

    /** A buffer that is full refuses: whoever appends learns that events are lost. */
    @Test
    void aFullBufferRefuses() {
        try (TestStore store = store()) {
            LogWriter writer = store.open("g", "s");
            store.keys().refuse(DISABLED);
            String message = "x".repeat(10_000);
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    writer.append(store.events(message));
                                }
                            })
                    .isInstanceOf(KeyUnavailableException.class);
            store.keys().refuse(Optional.empty());
            writer.close();
        }
    }

    /** Events stay under the key that they were written under. */
    @Test
    void anotherKeyIsForNewEventsOnly() {
        try (TestStore store = store()) {
            put(store, "sealed");
            store.store().catalog().setKey(group("g"), Optional.empty());
            put(store, "open");
            assertThat(store.segmentFiles()).hasSize(2);
            assertThat(store.messages("g")).containsExactly("sealed", "open");
            store.keys().refuse(DENIED);
            assertThatThrownBy(() -> store.messages("g")).hasMessage(NOT_ALLOWED);
            put(store, "open too");
            store.keys().refuse(Optional.empty());
            assertThat(store.messages("g")).containsExactly("sealed", "open", "open too");
        }
    }

    @Test
    void aKeyThatCantBeUsedIsNotTaken() {
        try (TestStore store = store()) {
            LogCatalog catalog = store.store().catalog();
            store.keys().refuse(DISABLED);
            assertThatThrownBy(() -> catalog.createGroup(group("h"), Map.of(), Optional.of(KEY)))
                    .isInstanceOfSatisfying(
                            AwsError.class,
                            e -> assertThat(e.code()).isEqualTo("InvalidParameterException"))
                    .hasMessageContaining("is disabled");
            store.keys().refuse(DENIED);
            assertThatThrownBy(() -> catalog.setKey(group("g"), Optional.of(KEY + "2")))
                    .hasMessage(NOT_ALLOWED);
            assertThat(catalog.group(group("g")).kmsKeyArn()).contains(KEY);
            assertThatThrownBy(() -> catalog.group(group("h")))
                    .hasMessage("The specified log group does not exist.");
            store.keys().refuse(Optional.empty());
        }
    }

    /** A crash leaves a segment that is put in order without its key being allowed. */
    @Test
    void aCrashIsPutInOrderWhileTheKeyIsDisabled() throws IOException {
        try (TestStore store = store()) {
            put(store, "one");
            Path copy = folder.resolve("copy");
            store.copyTo(copy);
            try (TestStore crashed = new TestStore(copy, QUIET)) {
                crashed.keys().refuse(DISABLED);
                assertThatThrownBy(() -> crashed.messages("g")).hasMessage(NOT_ALLOWED);
                crashed.keys().refuse(Optional.empty());
                assertThat(crashed.messages("g")).containsExactly("one");
            }
        }
    }
}
