/**
 * Secrets Manager and SSM's Parameter Store on the wire: Amazon's request and response types stop
 * here. {@code SecretsManagerService} and {@code SsmService} have the tables of operations.
 */
@NullMarked
package dev.cloister.secrets.wire;

import org.jspecify.annotations.NullMarked;
