/**
 * State: the database (one SQL, SQLite by default) and the encrypted artifact store.
 *
 * <p>Start at {@link dev.cloister.storage.Database}, {@link dev.cloister.storage.ArtifactStore} and
 * {@link dev.cloister.storage.Envelope}. Modules bring their own tables as {@link
 * dev.cloister.storage.Migration}s; this package knows no table but its own ({@code schema_steps}).
 * SQL keeps to what SQLite and PostgreSQL share: TEXT, INTEGER, BLOB (BYTEA there, the one word a
 * step has to have replaced), {@code ON CONFLICT}, {@code RETURNING}, times as ISO-8601 TEXT or
 * epoch milliseconds. PRAGMA is for {@code SqliteFile} and {@code SqliteDatabase} alone.
 *
 * <p>Formats at rest: artifact files in {@code ArtifactHeader}, small blobs in {@code Envelope}.
 */
@NullMarked
package dev.cloister.storage;

import org.jspecify.annotations.NullMarked;
