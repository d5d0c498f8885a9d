package dev.cloister.server.command;

import dev.cloister.server.DataLayout;
import dev.cloister.server.client.ClientProfile;
import dev.cloister.server.settings.EndpointSettings;
import dev.cloister.server.settings.ServerSettings;
import java.io.PrintStream;
import java.net.Inet6Address;
import java.net.URI;
import java.util.Optional;

/** What {@code up} ends with: the endpoint, region, account, and the line to paste. */
record ReadyMessage(ClientProfile profile, ServerSettings settings, DataLayout data) {

    void print(PrintStream out) {
        out.printf("%nCloister is ready%s.%n%n", sinceCalled());
        out.printf("  endpoint  %s%n", profile.endpoint());
        further().ifPresent(address -> out.printf("            %s%n", address));
        out.printf("  region    %s%n", profile.region());
        out.printf("  account   %s%n", profile.account());
        out.printf("  data      %s%n", data.root());
        out.printf("  root key  %s%n", data.rootKey());
        out.printf("            (keep a copy apart: who loses it loses everything)%n%n");
        out.printf("To use it in a shell:%n%n  eval \"$(%s)\"%n%n", environmentCommand());
        out.flush();
    }

    private Optional<String> further() {
        EndpointSettings endpoint = settings.endpoint();
        if (endpoint.bind().isLoopbackAddress()) {
            return Optional.empty();
        }
        String host = endpoint.bind().getHostAddress();
        String authority = endpoint.bind() instanceof Inet6Address ? "[" + host + "]" : host;
        String trust =
                endpoint.tls().isPresent()
                        ? ""
                        : " (clients trust " + data.authorityCertificate() + ")";
        int port = URI.create(profile.endpoint()).getPort();
        return Optional.of("https://" + authority + ":" + port + trust);
    }

    /** A folder that isn't the default one is named. */
    private static String environmentCommand() {
        return Main.calledAs() + " env" + System.getProperty("cloister.data-option", "");
    }

    /** The launcher says when it was called. */
    private static String sinceCalled() {
        Long calledMillis = Long.getLong("cloister.called-millis");
        return calledMillis == null
                ? ""
                : " after %.1f s".formatted((System.currentTimeMillis() - calledMillis) / 1000.0);
    }
}
