/**
 * AWS Secrets Manager: secrets with their versions, staging labels, policies and tags. The database
 * is the only copy of what is known of them, and every operation reads it.
 *
 * <p>Begin with {@code SecretsManager}, which puts the parts together; {@code Stages} has the rules
 * of staging labels.
 */
@NullMarked
package dev.cloister.secrets.manager;

import org.jspecify.annotations.NullMarked;
