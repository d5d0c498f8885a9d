/**
 * The KMS service on the wire: Amazon's request and response types stop here. Each class has the
 * operations of one kind; {@code KmsService} has the table.
 */
@NullMarked
package dev.cloister.keys.wire;

import org.jspecify.annotations.NullMarked;
