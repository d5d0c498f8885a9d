/** Tests of the Runtime API, by runtimes that keep to it and runtimes that don't. */
@NullMarked
package dev.cloister.worker.runtimeapi;

import org.jspecify.annotations.NullMarked;
