/**
 * The log store: groups and streams in the database, events in encrypted segment files.
 *
 * <p>Start at {@link dev.cloister.observe.logs.SegmentedLogStore} (writing); {@link
 * dev.cloister.observe.logs.LogCatalog} has the groups and streams, {@link
 * dev.cloister.observe.logs.LogReader} the events. A group's streams share its segments, so that an
 * execution environment's stream costs no file and no data key of its own. {@code SegmentFormat}
 * describes the file. Nothing here knows a wire protocol.
 */
@NullMarked
package dev.cloister.observe.logs;

import org.jspecify.annotations.NullMarked;
