/**
 * The subcommands that need Java; the launcher script {@code cloister} has the others and starts
 * these.
 *
 * <p>Start at {@link dev.cloister.server.command.Main}. The text of {@code --help} is in the
 * resources {@code help/*.txt} beside this package: the launcher prints it without starting Java,
 * and a test compares it with the options here.
 */
@NullMarked
package dev.cloister.server.command;

import org.jspecify.annotations.NullMarked;
