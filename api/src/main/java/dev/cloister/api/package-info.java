/**
 * The edge: HTTP, Signature Version 4, the AWS wire protocols, validation and error shapes.
 *
 * <p>Start at {@link dev.cloister.api.ServiceDefinition}: a service is a table of {@link
 * dev.cloister.api.Operation}s; {@link dev.cloister.api.ApiServer} serves such tables. This package
 * knows nothing of what operations do and depends on no other module.
 */
@NullMarked
package dev.cloister.api;

import org.jspecify.annotations.NullMarked;
