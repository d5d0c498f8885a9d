package dev.cloister.keys.external;

import dev.cloister.keys.RootKeyException;
import java.nio.file.Path;

/**
 * A key outside of the installation that seals its root key. Asked when the server starts, when the
 * root key is rotated and when it is sealed anew, and never in between: the opened root key is in
 * the server's memory until it ends. Implementations try once, within {@link ExternalHttp#LIMIT}.
 */
public interface RootKeySeal {

    /**
     * Seals 32 bytes.
     *
     * @param id of the root key; bound to it where the outside key can do so
     * @throws RootKeyException if the outside key can't be asked or refuses
     */
    byte[] seal(byte[] rootKey, String id);

    /**
     * Opens what {@link #seal} made.
     *
     * @throws RootKeyException if the outside key can't be asked, refuses, or didn't seal this
     */
    byte[] open(byte[] sealed, String id);

    /** Seals anew under the newest version of the outside key, without the root key leaving it. */
    byte[] reseal(byte[] sealed, String id);

    /** For people, without secrets: what key it is, and where. */
    String description();

    /**
     * The key that a description file names.
     *
     * @throws RootKeyException if the file can't be read, others can, or it doesn't make sense
     */
    static RootKeySeal of(Path description) {
        SealDescription entries = SealDescription.read(description);
        return switch (entries.required("kind")) {
            case "kms" -> KmsSeal.of(entries);
            case "transit" -> TransitSeal.of(entries);
            case "pkcs11" -> Pkcs11Seal.of(entries);
            default -> throw entries.wrong("kind", "is kms, transit or pkcs11");
        };
    }
}
