/**
 * Amazon's facts of a service: operations with their HTTP bindings, shapes with their constraints,
 * errors. Read once at start from the class path's {@code /facts/*.json}.
 *
 * <p>Start at {@link dev.cloister.api.facts.ServiceFacts}. Types here are immutable and know
 * nothing of requests.
 */
@NullMarked
package dev.cloister.api.facts;

import org.jspecify.annotations.NullMarked;
