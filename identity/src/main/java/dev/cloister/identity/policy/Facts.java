package dev.cloister.identity.policy;

import java.util.List;
import java.util.Optional;

/** A request as statements see it, with what they ask for often worked out once. For one thread. */
final class Facts {
    static final Facts NONE =
            new Facts(
                    new Caller.Anonymous(),
                    new AccessRequest("", "", Optional.empty(), ContextKeys.NONE));

    private final Caller caller;
    private final AccessRequest request;
    private final String action;
    private final String service;
    private String addressText = "";
    private Optional<byte[]> address = Optional.empty();

    Facts(Caller caller, AccessRequest request) {
        this.caller = caller;
        this.request = request;
        this.action = ContextKeys.fold(request.action());
        int colon = action.indexOf(':');
        this.service = colon < 0 ? action : action.substring(0, colon);
    }

    Caller caller() {
        return caller;
    }

    /** In lower case. */
    String action() {
        return action;
    }

    String resource() {
        return request.resource();
    }

    /** The part of the action before its colon, in lower case. */
    String service() {
        return service;
    }

    /** The bytes of an IP address; most statements ask for the same one. */
    Optional<byte[]> address(String text) {
        if (!text.equals(addressText)) {
            address = AddressRange.address(text);
            addressText = text;
        }
        return address;
    }

    /** The values of a key in lower case: what the caller is goes before what the request says. */
    List<String> get(String foldedKey) {
        List<String> values = caller.keys().folded(foldedKey);
        return values.isEmpty() ? request.context().folded(foldedKey) : values;
    }
}
