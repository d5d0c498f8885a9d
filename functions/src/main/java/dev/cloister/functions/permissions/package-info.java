/**
 * Resource policies: who besides the account's own principals may call a function.
 *
 * <p>Start at {@link dev.cloister.functions.permissions.ResourcePolicy}, the document, and {@link
 * dev.cloister.functions.permissions.Permission}, what AddPermission turns into one statement of
 * it. {@link dev.cloister.functions.PermissionEdits} changes them.
 */
@NullMarked
package dev.cloister.functions.permissions;

import org.jspecify.annotations.NullMarked;
