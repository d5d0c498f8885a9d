package dev.cloister.identity.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A range of IP addresses in CIDR form, such as {@code 203.0.113.0/24} or {@code 2001:db8::/32}.
 */
public final class AddressRange {
    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /** The range of a text without a slash is that one address. */
    static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        Optional<byte[]> address = address(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int most = address.get().length * Byte.SIZE;
        int bits = slash < 0 ? most : bits(text.substring(slash + 1), most);
        return bits < 0 ? Optional.empty() : Optional.of(new AddressRange(address.get(), bits));
    }

    private static int bits(String text, int most) {
        if (!text.matches("[0-9]{1,3}")) {
            return -1;
        }
        int bits = Integer.parseInt(text);
        return bits <= most ? bits : -1;
    }

    /**
     * Ranges that are written in the product itself.
     *
     * @throws IllegalArgumentException if one is none
     */
    public static List<AddressRange> all(String... texts) {
        return Stream.of(texts)
                .map(
                        text ->
                                parse(text)
                                        .orElseThrow(
                                                () ->
                                                        new IllegalArgumentException(
                                                                "no range: " + text)))
                .toList();
    }

    /** Literals only: a name is never looked up. */
    static Optional<byte[]> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text).getAddress());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether an address of that many bytes is in it. */
    public boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if ((address[bit / Byte.SIZE] & mask) != (network[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }
}
