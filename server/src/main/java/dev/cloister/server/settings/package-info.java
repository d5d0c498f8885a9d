/**
 * Typed configuration: one record per feature, parsed in one place from the data folder's {@code
 * cloister.conf} and the command line.
 *
 * <p>Start at {@link dev.cloister.server.settings.ServerSettings}; {@link
 * dev.cloister.server.settings.Setting} lists every key with its default. An unknown key is an
 * error that names the nearest known one.
 */
@NullMarked
package dev.cloister.server.settings;

import org.jspecify.annotations.NullMarked;
