/** STS on the wire: Amazon's request and response types stop here. */
@NullMarked
package dev.cloister.identity.wire;

import org.jspecify.annotations.NullMarked;
