/** Tests of the life cycle, with {@code LocalProcessSandboxes} in place of real sandboxes. */
@NullMarked
package dev.cloister.worker.environment;

import org.jspecify.annotations.NullMarked;
