package dev.cloister.runtimes;

import dev.cloister.runtimes.RuntimeCatalog.ManagedRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one runtime's image is made and started.
 *
 * @param versionName what precedes the version's number, for example {@code python:3.13}
 */
record Recipe(
        ManagedRuntime runtime,
        String versionName,
        List<Step> steps,
        List<String> command,
        Map<String, String> environment,
        boolean canPrepare) {
    /** Part of every digest: raise it when the way in which steps are carried out changes. */
    private static final int BUILDER_REVISION = 1;

    Recipe {
        steps = List.copyOf(steps);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Changes when anything in the recipe or a file it ships does: a new version is due then. */
    String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String text =
                    BUILDER_REVISION
                            + versionName
                            + steps
                            + command
                            + new TreeMap<>(environment)
                            + canPrepare;
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            for (Step step : steps) {
                if (step instanceof Step.Shipped shipped) {
                    for (Step.ShippedFile file : shipped.files()) {
                        digest.update(read(file.resource()));
                    }
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** A file shipped with this module. */
    static byte[] read(String resource) {
        try (InputStream in = Recipe.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new RuntimeImageException(
                        "This installation is incomplete: "
                                + resource
                                + " is missing from the runtimes module. Build it again.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new RuntimeImageException("Can't read the shipped file " + resource, e);
        }
    }
}
