/**
 * Whether somebody may do something: callers with the policies that bind them, and who may assume a
 * role.
 *
 * <p>Start at {@link dev.cloister.identity.access.Callers}, which finds the caller behind a
 * request's principal.
 */
@NullMarked
package dev.cloister.identity.access;

import org.jspecify.annotations.NullMarked;
