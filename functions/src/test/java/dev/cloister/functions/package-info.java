/** Tests of the control plane, on the real database, artifact store and keys. */
@NullMarked
package dev.cloister.functions;

import org.jspecify.annotations.NullMarked;
