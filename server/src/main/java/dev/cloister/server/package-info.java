/**
 * One process: its configuration, its data folder, and the composition root.
 *
 * <p>Start at {@link dev.cloister.server.Cloister}: it builds every part by its constructor, from
 * top to bottom. Child packages: {@code settings} (typed configuration), {@code admin} (status over
 * a Unix socket), {@code client} (a small signed client of the API), {@code command} (the
 * subcommands that need Java; the others are in the launcher script). No other module knows this
 * one.
 */
@NullMarked
package dev.cloister.server;

import org.jspecify.annotations.NullMarked;
