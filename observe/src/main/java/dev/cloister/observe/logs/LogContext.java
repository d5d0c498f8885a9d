package dev.cloister.observe.logs;

import dev.cloister.observe.LogSettings;
import java.time.InstantSource;

/** What the parts of one log store share. */
record LogContext(
        LogSettings settings,
        InstantSource clock,
        LogTables tables,
        SegmentFiles files,
        IdBlocks ids,
        MetadataSaver saver,
        Pending pending) {}
