/**
 * What IAM keeps: users, groups, roles, their policies and their access keys.
 *
 * <p>Start at {@link dev.cloister.identity.directory.Directory}. Everything of an account is an
 * immutable {@link dev.cloister.identity.directory.AccountState} in memory, swapped after each edit
 * has been committed; so a change counts for the next request, and compiled policies are never
 * older than what they were compiled from.
 */
@NullMarked
package dev.cloister.identity.directory;

import org.jspecify.annotations.NullMarked;
