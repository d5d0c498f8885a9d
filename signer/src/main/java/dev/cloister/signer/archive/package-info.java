/**
 * The signed archive: what of a zip a signature covers, how the signature is written and read. Both
 * the server and the command use it. Every byte of an archive and of a signature is hostile.
 *
 * <p>Start at {@link dev.cloister.signer.archive.SignableArchive} and {@link
 * dev.cloister.signer.archive.ArchiveSignature}; docs/code-signing.md describes the format.
 */
@NullMarked
package dev.cloister.signer.archive;

import org.jspecify.annotations.NullMarked;
