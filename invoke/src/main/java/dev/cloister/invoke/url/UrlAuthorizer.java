package dev.cloister.invoke.url;

import dev.cloister.api.Principal;
import dev.cloister.functions.UrlEdits.Located;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/** Decides by policies who may call a function's URL. Thread-safe; answers from memory. */
@FunctionalInterface
public interface UrlAuthorizer {

    /**
     * Whether policies allow both {@code lambda:InvokeFunctionUrl} and, with {@code
     * lambda:InvokedViaFunctionUrl}, {@code lambda:InvokeFunction} (Lambda Developer Guide,
     * "Control access to Lambda function URLs").
     */
    boolean allows(UrlCall call);

    /**
     * What is known of a call.
     *
     * @param caller who signed it; empty: nobody, and then only a policy for the principal {@code
     *     *} can allow it
     * @param secure whether the connection is encrypted
     */
    record UrlCall(
            Located url,
            Optional<Principal> caller,
            InetAddress source,
            boolean secure,
            Instant at,
            Optional<String> userAgent) {}
}
