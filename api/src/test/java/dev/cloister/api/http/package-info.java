/** Tests of the HTTP server against clients that keep no rule. */
@NullMarked
package dev.cloister.api.http;

import org.jspecify.annotations.NullMarked;
