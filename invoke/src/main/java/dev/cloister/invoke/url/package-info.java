/**
 * Function URLs on the data plane: a plain HTTP request becomes an event of payload format 2.0, and
 * what the function returns becomes the response (Lambda Developer Guide, "Invoking Lambda function
 * URLs").
 *
 * <p>Start at {@link dev.cloister.invoke.url.UrlRoute}, which reads as the order of the steps. An
 * unsigned request reaches a function only through a URL of auth type NONE whose policy allows it.
 */
@NullMarked
package dev.cloister.invoke.url;

import org.jspecify.annotations.NullMarked;
