package dev.cloister.api.message;

import java.util.zip.Checksum;

/** CRC-64/NVME (NVM Express, "NVM Command Set Specification", 64b CRC), eight bytes at a time. */
final class Crc64Nvme implements Checksum {
    /** The polynomial, reflected. */
    private static final long POLYNOMIAL = 0x9a6c9329ac4bc9b5L;

    /** Row k: the effect of an octet that k more octets follow. */
    private static final long[][] TABLE = table();

    private long crc = -1;

    private static long[][] table() {
        long[][] table = new long[8][256];
        for (int i = 0; i < 256; i++) {
            long value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) != 0 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
            }
            table[0][i] = value;
        }
        for (int row = 1; row < 8; row++) {
            for (int i = 0; i < 256; i++) {
                long before = table[row - 1][i];
                table[row][i] = table[0][(int) (before & 0xff)] ^ (before >>> 8);
            }
        }
        return table;
    }

    @Override
    public void update(int octet) {
        crc = TABLE[0][(int) ((crc ^ octet) & 0xff)] ^ (crc >>> 8);
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        int position = offset;
        int end = offset + length;
        while (end - position >= 8) {
            long value = crc;
            for (int i = 0; i < 8; i++) {
                value ^= (bytes[position + i] & 0xffL) << (8 * i);
            }
            long next = 0;
            for (int i = 0; i < 8; i++) {
                next ^= TABLE[7 - i][(int) ((value >>> (8 * i)) & 0xff)];
            }
            crc = next;
            position += 8;
        }
        while (position < end) {
            update(bytes[position++]);
        }
    }

    @Override
    public long getValue() {
        return ~crc;
    }

    @Override
    public void reset() {
        crc = -1;
    }
}
