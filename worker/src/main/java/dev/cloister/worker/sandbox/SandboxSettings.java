package dev.cloister.worker.sandbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * How sandboxes are made on this host.
 *
 * @param identity of the installation, 6 to 32 lower-case letters and digits: names its cgroups,
 *     links and rules, so that several live side by side and a new start finds what an old one left
 * @param runFolder an empty folder (made if missing) whose parents everybody may enter; a file
 *     system in memory is mounted there, visible to this process alone
 * @param scratchFolder on a disk; holds the encrypted volume of all {@code /tmp}s
 * @param ociRuntime absolute path of the OCI runtime; crun gets its faster ways
 * @param firstHostUid of a range of {@code 2 * maxSandboxes} user and group numbers that nobody
 *     else on this host has
 * @param maxSandboxes how many may exist at once
 * @param scratchBytes what all {@code /tmp}s and decrypted code may take together
 * @param prepared how many network namespaces and {@code /tmp}s of 512 MB are made in advance
 */
public record SandboxSettings(
        String identity,
        Path runFolder,
        Path scratchFolder,
        Path ociRuntime,
        int firstHostUid,
        int maxSandboxes,
        long scratchBytes,
        int prepared) {
    /** One installation's on one host: each has two user numbers of a block of 65,536. */
    public static final int MAX_SANDBOXES = 30_000;

    private static final int UID_BLOCK = 65_536;
    private static final int UID_FLOOR = 1_000_000_000;
    private static final int UID_BLOCKS = 16_000;
    private static final long GIBIBYTE = 1L << 30;

    public SandboxSettings {
        if (!identity.matches("[a-z0-9]{6,32}")) {
            throw new IllegalArgumentException(
                    "identity must be 6 to 32 lower-case letters and digits: " + identity);
        }
        if (maxSandboxes < 1 || maxSandboxes > MAX_SANDBOXES) {
            throw new IllegalArgumentException("maxSandboxes must be 1 to " + MAX_SANDBOXES);
        }
        if (prepared < 0 || prepared > maxSandboxes) {
            throw new IllegalArgumentException("prepared must be 0 to maxSandboxes");
        }
        if (!runFolder.isAbsolute() || !scratchFolder.isAbsolute() || !ociRuntime.isAbsolute()) {
            throw new IllegalArgumentException("folders and programs must be absolute paths");
        }
    }

    /**
     * The defaults for a data folder.
     *
     * @param ociRuntime as {@link HostCapabilities#ociRuntime} finds it
     */
    public static SandboxSettings of(String identity, Path dataFolder, Path ociRuntime) {
        int block = (int) (hash(identity) % UID_BLOCKS);
        return new SandboxSettings(
                identity,
                Path.of("/run/cloister", identity),
                dataFolder.resolve("scratch").toAbsolutePath(),
                ociRuntime,
                UID_FLOOR + block * UID_BLOCK,
                MAX_SANDBOXES,
                64 * GIBIBYTE,
                4);
    }

    /** The control group that every sandbox's is in. */
    String cgroupParent() {
        return "cloister-" + identity;
    }

    /** The folder of the OCI runtime's state, as the mount threads name it. */
    Path ociRoot() {
        return runFolder.resolve("oci");
    }

    /** What the names of this installation's network devices on the host begin with: 9 letters. */
    String devicePrefix() {
        return EgressRules.EVERY_DEVICE + "%06x".formatted(hash(identity) & 0xffffff);
    }

    /** The nftables table of this installation. */
    String rulesTable() {
        return EgressRules.EVERY_TABLE + identity;
    }

    private static long hash(String identity) {
        CRC32 hash = new CRC32();
        hash.update(identity.getBytes(StandardCharsets.US_ASCII));
        return hash.getValue();
    }
}
