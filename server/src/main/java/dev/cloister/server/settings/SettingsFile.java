package dev.cloister.server.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines of {@code key = value}; a line that starts with {@code #} is a comment. The launcher script
 * reads the same file with {@code sed}, so there are no sections, quotes or escapes.
 */
record SettingsFile(Map<String, Entry> entries) {
    private static final long MAXIMUM_BYTES = 64 * 1024;

    SettingsFile {
        entries = Map.copyOf(entries);
    }

    /**
     * A value and where it stands.
     *
     * @param origin for messages, for example {@code cloister.conf line 3}
     */
    record Entry(String value, String origin) {}

    static SettingsFile read(Path file) {
        List<String> problems = new ArrayList<>();
        Map<String, Entry> entries = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String origin = file.getFileName() + " line " + number;
            int equals = text.indexOf('=');
            if (equals < 1) {
                problems.add(origin + ": expected 'key = value', found '" + text + "'");
                continue;
            }
            String key = text.substring(0, equals).strip();
            Entry entry = new Entry(text.substring(equals + 1).strip(), origin);
            Entry earlier = entries.put(key, entry);
            if (earlier != null) {
                problems.add(origin + ": '" + key + "' is set already in " + earlier.origin());
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new SettingsFile(entries);
    }

    SettingsFile orElse(Map<Setting, String> remembered) {
        Map<String, Entry> merged = new LinkedHashMap<>(entries);
        remembered.forEach(
                (setting, value) ->
                        merged.putIfAbsent(setting.key(), new Entry(value, "earlier start")));
        return new SettingsFile(merged);
    }

    SettingsFile overriddenBy(Map<String, String> flags) {
        Map<String, Entry> merged = new LinkedHashMap<>(entries);
        flags.forEach((key, value) -> merged.put(key, new Entry(value, "command line")));
        return new SettingsFile(merged);
    }

    private static List<String> lines(Path file) {
        try {
            if (Files.size(file) > MAXIMUM_BYTES) {
                throw new SettingsException(
                        List.of(file + ": larger than " + MAXIMUM_BYTES + " bytes; is it this?"));
            }
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException missing) {
            return List.of();
        } catch (IOException e) {
            throw new SettingsException(List.of("Can't read " + file + ": " + e));
        }
    }
}
