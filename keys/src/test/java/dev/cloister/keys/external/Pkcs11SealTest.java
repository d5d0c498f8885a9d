package dev.cloister.keys.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.keys.RootKeyException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.KeyGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A root key under a token's key, with SoftHSM; skipped where Debian's softhsm2 is not installed.
 */
final class Pkcs11SealTest {
    private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    private static final String PIN = "4711";

    @TempDir private Path folder;
    private final String token = "cloister-" + UUID.randomUUID().toString().substring(0, 8);
    private Path description;

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(
                Files.exists(LIBRARY), "softhsm2 is not installed: apt-get install softhsm2");
        String slot = initialize();
        Provider provider =
                Security.getProvider("SunPKCS11")
                        .configure("--name=test\nlibrary=%s\nslot=%s\n".formatted(LIBRARY, slot));
        KeyStore store = KeyStore.getInstance("PKCS11", provider);
        store.load(null, PIN.toCharArray());
        KeyGenerator generator = KeyGenerator.getInstance("AES", provider);
        generator.init(256);
        store.setKeyEntry("root", generator.generateKey(), null, null);
        write("pin", PIN);
        description =
                write(
                        "key.conf",
                        "kind = pkcs11\nlibrary = %s\nslot = %s\nkey = root\npin-file = pin\n"
                                .formatted(LIBRARY, slot));
    }

    @AfterEach
    void close() throws Exception {
        if (Files.exists(LIBRARY)) {
            run("softhsm2-util", "--delete-token", "--token", token);
        }
    }

    private String initialize() throws IOException, InterruptedException {
        String said =
                run(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        token,
                        "--so-pin",
                        PIN,
                        "--pin",
                        PIN);
        Matcher slot = Pattern.compile("slot ([0-9]+)").matcher(said);
        assertThat(slot.find()).as(said).isTrue();
        return slot.group(1);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void theTokenSealsAndOpensAndTellsWhatIsWrong() throws IOException {
        RootKeySeal seal = RootKeySeal.of(description);
        byte[] rootKey = new byte[32];
        Arrays.fill(rootKey, (byte) 7);
        byte[] sealed = seal.seal(rootKey, "0123456789abcdef");
        assertThat(seal.open(sealed, "0123456789abcdef")).isEqualTo(rootKey);
        byte[] again = seal.reseal(sealed, "0123456789abcdef");
        assertThat(again).isNotEqualTo(sealed);
        assertThat(seal.open(again, "0123456789abcdef")).isEqualTo(rootKey);
        assertThatThrownBy(() -> seal.open(sealed, "another")).isInstanceOf(RootKeyException.class);
        sealed[sealed.length - 1] ^= 1;
        assertThatThrownBy(() -> seal.open(sealed, "0123456789abcdef"))
                .isInstanceOf(RootKeyException.class)
                .hasMessageContaining("could not be used");
        assertThat(seal.description()).doesNotContain(PIN);
    }
}
