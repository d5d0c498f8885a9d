package dev.cloister.identity.policy;

import java.util.List;

/** A request as statements see it, with what they ask for often worked out once. */
final class Facts {
    static final Facts NONE =
            new Facts(
                    new Caller.Anonymous(),
                    new AccessRequest("", "", java.util.Optional.empty(), ContextKeys.NONE));

    private final Caller caller;
    private final AccessRequest request;
    private final String action;

    Facts(Caller caller, AccessRequest request) {
        this.caller = caller;
        this.request = request;
        this.action = ContextKeys.fold(request.action());
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
        int colon = action.indexOf(':');
        return colon < 0 ? action : action.substring(0, colon);
    }

    /** The values of a key in lower case: what the caller is goes before what the request says. */
    List<String> get(String foldedKey) {
        List<String> values = caller.keys().folded(foldedKey);
        return values.isEmpty() ? request.context().folded(foldedKey) : values;
    }
}
