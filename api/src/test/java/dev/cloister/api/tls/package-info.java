/** Tests of the certificate authority. */
@NullMarked
package dev.cloister.api.tls;

import org.jspecify.annotations.NullMarked;
