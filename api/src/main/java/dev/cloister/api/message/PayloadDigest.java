package dev.cloister.api.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** One checksum under way. Confined to one thread. */
public final class PayloadDigest {
    private final Sum sum;

    PayloadDigest(ChecksumAlgorithm algorithm) {
        this.sum =
                switch (algorithm) {
                    case CRC32 -> new Crc(new CRC32(), 4);
                    case CRC32C -> new Crc(new CRC32C(), 4);
                    case CRC64NVME -> new Crc(new Crc64Nvme(), 8);
                    case SHA1 -> new Hash("SHA-1");
                    case SHA256 -> new Hash("SHA-256");
                };
    }

    public void update(byte[] bytes, int offset, int length) {
        sum.update(bytes, offset, length);
    }

    /** The checksum, big-endian; ends the calculation. */
    public byte[] value() {
        return sum.value();
    }

    /** The checksum as headers carry it. */
    public String base64() {
        return Base64.getEncoder().encodeToString(value());
    }

    private sealed interface Sum {
        void update(byte[] bytes, int offset, int length);

        byte[] value();
    }

    private record Crc(Checksum checksum, int size) implements Sum {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            checksum.update(bytes, offset, length);
        }

        @Override
        public byte[] value() {
            byte[] bytes = new byte[size];
            for (int i = 0; i < size; i++) {
                bytes[i] = (byte) (checksum.getValue() >>> (8 * (size - 1 - i)));
            }
            return bytes;
        }
    }

    private static final class Hash implements Sum {
        private final MessageDigest digest;

        Hash(String algorithm) {
            try {
                this.digest = MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java platform lacks " + algorithm, e);
            }
        }

        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public byte[] value() {
            return digest.digest();
        }
    }
}
