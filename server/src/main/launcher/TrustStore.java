import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/**
 * Turns the host's certificate bundle (PEM) into Java's trust store, as the package
 * ca-certificates-java would. Run by launcher/jdk.sh from its source.
 */
final class TrustStore {
    private TrustStore() {}

    public static void main(String[] arguments) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream bundle = Files.newInputStream(Path.of(arguments[0]))) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(bundle)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
        }
        try (OutputStream file = Files.newOutputStream(Path.of(arguments[1]))) {
            // The certificates are public; Java's default password guards nothing.
            store.store(file, "changeit".toCharArray());
        }
    }
}
