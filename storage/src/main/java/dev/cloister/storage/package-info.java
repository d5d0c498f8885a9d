/**
 * State: the database (one SQL, SQLite by default) and the encrypted artifact store.
 *
 * <p>Start at {@link dev.cloister.storage.Database} and {@link
 * dev.cloister.storage.ArtifactStore}. Modules bring their own tables as {@link
 * dev.cloister.storage.Migration}s; this package knows no table but its own.
 */
@NullMarked
package dev.cloister.storage;

import org.jspecify.annotations.NullMarked;
