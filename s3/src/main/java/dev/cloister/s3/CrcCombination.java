package dev.cloister.s3;

import dev.cloister.api.message.ChecksumAlgorithm;

/**
 * The CRC of two stretches of bytes from the CRC of each: the first is multiplied, modulo the
 * polynomial, by x to the number of bits in the second (as zlib's {@code crc32_combine} does).
 * Numbers are reflected: the highest bit is the coefficient of x to the 0. Immutable.
 */
final class CrcCombination {
    private final int bits;
    private final long polynomial;

    private CrcCombination(int bits, long polynomial) {
        this.bits = bits;
        this.polynomial = polynomial;
    }

    static CrcCombination of(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case CRC32 -> new CrcCombination(32, 0xEDB88320L);
            case CRC32C -> new CrcCombination(32, 0x82F63B78L);
            case CRC64NVME -> new CrcCombination(64, 0x9A6C9329AC4BC9B5L);
            case SHA1, SHA256 ->
                    throw new IllegalArgumentException(algorithm + " of parts can't be combined");
        };
    }

    /**
     * @param length bytes of the second stretch
     */
    byte[] combine(byte[] first, byte[] second, long length) {
        return bytes(multiply(number(first), power(length)) ^ number(second));
    }

    /** x to the power of 8 times {@code octets}. */
    private long power(long octets) {
        long result = 1L << (bits - 1);
        long square = 1L << (bits - 9);
        for (long left = octets; left > 0; left >>>= 1) {
            if ((left & 1) != 0) {
                result = multiply(result, square);
            }
            square = multiply(square, square);
        }
        return result;
    }

    private long multiply(long a, long b) {
        long product = 0;
        long shifted = b;
        for (int i = bits - 1; i >= 0; i--) {
            if (((a >>> i) & 1) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) != 0 ? (shifted >>> 1) ^ polynomial : shifted >>> 1;
        }
        return product;
    }

    private static long number(byte[] bytes) {
        long value = 0;
        for (byte octet : bytes) {
            value = (value << 8) | (octet & 0xff);
        }
        return value;
    }

    private byte[] bytes(long value) {
        byte[] bytes = new byte[bits / 8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >>> (bits - 8 * (i + 1)));
        }
        return bytes;
    }
}
