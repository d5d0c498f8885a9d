package dev.cloister.identity.federation;

import dev.cloister.identity.policy.AddressRange;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * From where issuers' keys are fetched. Issuers are named by accounts, so without a limit they
 * could have the server connect to whatever it can reach.
 */
public enum IssuerNetwork {
    /** Public addresses only. */
    PUBLIC,
    /** Any address, those of the owner's own network and of the host included. */
    ANY,
    /** Nothing is fetched: keys come from the file alone. */
    NONE;

    /** IANA's special-purpose registry for IPv4, and all above 224.0.0.0. */
    private static final List<AddressRange> SPECIAL =
            AddressRange.all(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    // What is in 2000::/3 and carries IPv4 or is for documents.
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20");

    private static final List<AddressRange> GLOBAL_UNICAST = AddressRange.all("2000::/3");

    boolean allows(InetAddress address) {
        return switch (this) {
            case PUBLIC -> isPublic(address);
            case ANY -> true;
            case NONE -> false;
        };
    }

    private static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean unicast =
                address instanceof Inet4Address
                        || GLOBAL_UNICAST.stream().anyMatch(range -> range.contains(bytes));
        return unicast && SPECIAL.stream().noneMatch(range -> range.contains(bytes));
    }
}
