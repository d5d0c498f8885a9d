/**
 * Who may act: accounts, access keys, and temporary credentials of execution roles.
 *
 * <p>Start at {@link dev.cloister.identity.Identities}; {@link
 * dev.cloister.identity.wire.StsService} is its face on the wire. An account has its root user,
 * whose first access key is the administrator's. Every credential belongs to one account and is
 * worth nothing in another. Users, roles as resources, and policies are not here yet: a role is
 * known by its ARN alone.
 */
@NullMarked
package dev.cloister.identity;

import org.jspecify.annotations.NullMarked;
