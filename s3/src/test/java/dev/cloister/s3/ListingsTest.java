package dev.cloister.s3;

import static dev.cloister.s3.Store.BUCKET;
import static dev.cloister.s3.Store.OWNER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.s3.Bucket.Versioning;
import dev.cloister.s3.Listings.Page;
import dev.cloister.s3.Listings.Query;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings against a model that looks at all keys. */
final class ListingsTest {
    private static final Comparator<String> UTF8 =
            (a, b) ->
                    Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    private static final String[] PIECES = {"a", "b", "/", "/", "-", "é", "😀", "\uFFFD", "z"};

    @TempDir private Path folder;

    @Test
    void pagesTogetherAreWhatTheModelSays() throws IOException {
        Random random = new Random(42);
        TreeSet<String> keys = new TreeSet<>(UTF8);
        try (Store store = Store.withBucket(folder)) {
            while (keys.size() < 300) {
                String key = text(random, 1 + random.nextInt(7));
                if (keys.add(key)) {
                    store.put(key, "");
                }
            }
            for (int i = 0; i < 300; i++) {
                String prefix = random.nextBoolean() ? "" : text(random, random.nextInt(3));
                String delimiter =
                        switch (random.nextInt(3)) {
                            case 0 -> "";
                            case 1 -> "/";
                            default -> text(random, 1);
                        };
                int most = 1 + random.nextInt(40);
                assertThat(pages(store, prefix, delimiter, most))
                        .as("prefix '%s', delimiter '%s', %d a page", prefix, delimiter, most)
                        .isEqualTo(model(keys, prefix, delimiter));
            }
        }
    }

    private static String text(Random random, int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static List<String> model(Set<String> keys, String prefix, String delimiter) {
        TreeSet<String> entries = new TreeSet<>(UTF8);
        for (String key : keys) {
            if (key.startsWith(prefix)) {
                int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
                entries.add(at < 0 ? key : key.substring(0, at + delimiter.length()) + "*");
            }
        }
        return new ArrayList<>(entries).stream().sorted(UTF8).toList();
    }

    private static List<String> pages(Store store, String prefix, String delimiter, int most) {
        List<String> all = new ArrayList<>();
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            Page page =
                    store.storage
                            .listings()
                            .current(
                                    new Query(
                                            BUCKET,
                                            prefix,
                                            delimiter,
                                            after.get(),
                                            Optional.empty(),
                                            most));
            assertThat(page.entries().size() + page.prefixes().size()).isLessThanOrEqualTo(most);
            page.entries().forEach(entry -> all.add(entry.key()));
            page.prefixes().forEach(group -> all.add(group + "*"));
            after = page.last();
        }
        return all.stream().sorted(UTF8).toList();
    }

    @Test
    void versionsAreListedNewestFirstOverAllPages() throws IOException {
        try (Store store = Store.withBucket(folder)) {
            store.storage.buckets().setVersioning(BUCKET, OWNER, Versioning.ENABLED);
            List<String> made = new ArrayList<>();
            for (String key : List.of("a", "b/1", "c")) {
                List<String> ofKey = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    ofKey.add(store.put(key, "v" + i).versionId());
                }
                made.addAll(ofKey.reversed());
            }
            List<String> listed = new ArrayList<>();
            Optional<Page> page = Optional.empty();
            Set<String> seen = new HashSet<>();
            do {
                Query query =
                        new Query(
                                BUCKET,
                                "",
                                "",
                                page.flatMap(Page::last).orElse(""),
                                page.flatMap(Page::lastVersion).map(ObjectVersion::id),
                                2);
                page = Optional.of(store.storage.listings().versions(query));
                page.get()
                        .entries()
                        .forEach(
                                entry -> {
                                    assertThat(seen.add(entry.versionId())).isTrue();
                                    listed.add(entry.versionId());
                                });
            } while (page.get().last().isPresent());
            assertThat(listed).isEqualTo(made);
        }
    }
}
