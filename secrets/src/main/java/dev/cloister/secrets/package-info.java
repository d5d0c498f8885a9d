/**
 * Secrets of functions: AWS Secrets Manager and SSM's Parameter Store.
 *
 * <p>Begin with {@link dev.cloister.secrets.manager.SecretsManager} and {@link
 * dev.cloister.secrets.parameters.ParameterStore}. Whatever is secret lies sealed by a KMS key that
 * the caller of each request has to be allowed to use, by {@link dev.cloister.secrets.ValueKeys};
 * nothing that was opened is kept.
 */
@NullMarked
package dev.cloister.secrets;

import org.jspecify.annotations.NullMarked;
