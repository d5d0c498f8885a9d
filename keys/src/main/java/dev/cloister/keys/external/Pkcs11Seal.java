package dev.cloister.keys.external;

import dev.cloister.keys.RootKeyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A secret key in a PKCS#11 token, such as a hardware security module, by the JDK's SunPKCS11
 * provider (JDK Security Guide, "PKCS#11 Reference Guide"): AES-GCM on the token, with the root
 * key's id as additional data. The key itself never leaves the token.
 */
final class Pkcs11Seal implements RootKeySeal {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SealDescription description;
    private final String library;
    private final String slot;
    private final String label;
    private final SecureRandom random = new SecureRandom();

    private Pkcs11Seal(SealDescription description, String library, String slot, String label) {
        this.description = description;
        this.library = library;
        this.slot = slot;
        this.label = label;
    }

    static Pkcs11Seal of(SealDescription description) {
        String library = description.required("library");
        if (!Files.isRegularFile(Path.of(library)) || library.contains("\n")) {
            throw description.wrong("library", "is no file");
        }
        String slot = description.required("slot");
        if (!slot.matches("[0-9]{1,10}")) {
            throw description.wrong("slot", "is the slot's number");
        }
        return new Pkcs11Seal(description, library, slot, description.required("key"));
    }

    @Override
    public byte[] seal(byte[] rootKey, String id) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = use(Cipher.ENCRYPT_MODE, nonce, rootKey, id);
        return ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
    }

    @Override
    public byte[] open(byte[] sealed, String id) {
        if (sealed.length <= NONCE_BYTES) {
            throw new RootKeyException("what is stored was not sealed by " + description());
        }
        return use(
                Cipher.DECRYPT_MODE,
                Arrays.copyOf(sealed, NONCE_BYTES),
                Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length),
                id);
    }

    /** A token's key has no versions: it is opened and sealed once more, with another nonce. */
    @Override
    public byte[] reseal(byte[] sealed, String id) {
        byte[] rootKey = open(sealed, id);
        try {
            return seal(rootKey, id);
        } finally {
            Arrays.fill(rootKey, (byte) 0);
        }
    }

    private byte[] use(int mode, byte[] nonce, byte[] input, String id) {
        char[] pin = description.secret("pin-file").toCharArray();
        try {
            Provider provider = provider();
            KeyStore token = KeyStore.getInstance("PKCS11", provider);
            token.load(null, pin);
            Key key = token.getKey(label, null);
            if (key == null) {
                throw new RootKeyException("there is no key %s in the token".formatted(label));
            }
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding", provider);
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(id.getBytes(StandardCharsets.US_ASCII));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw new RootKeyException(
                    "%s could not be used: %s. See that the token is there and the PIN is right"
                            .formatted(description(), e),
                    e);
        } finally {
            Arrays.fill(pin, '\0');
        }
    }

    private Provider provider() {
        Provider sun = Security.getProvider("SunPKCS11");
        if (sun == null) {
            throw new RootKeyException("this Java has no SunPKCS11 provider");
        }
        return sun.configure(
                "--name=cloister-root\nlibrary=%s\nslot=%s\n".formatted(library, slot));
    }

    @Override
    public String description() {
        return "the key %s in slot %s of %s".formatted(label, slot, library);
    }
}
