/**
 * Function URLs as they are configured: their ids and names, who must sign, and CORS.
 *
 * <p>Start at {@link dev.cloister.functions.urls.FunctionUrl}. {@link
 * dev.cloister.functions.UrlEdits} changes them; the data plane serves requests to them.
 */
@NullMarked
package dev.cloister.functions.urls;

import org.jspecify.annotations.NullMarked;
