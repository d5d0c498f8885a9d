package dev.cloister.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;

/** A request's input as rules of access read it: members by the names of the service's model. */
public interface AccessInput {

    /** A decoded request. */
    static AccessInput of(SdkPojo request) {
        return new PojoInput(request);
    }

    /** A member that is text or a number, as text. */
    Optional<String> text(String member);

    /** A member that is a list of text; empty where there is none. */
    List<String> texts(String member);

    /** Tags: a map of text to text, or a list of pairs with Key and Value. */
    Map<String, String> tags(String member);

    /** A member that is a structure. */
    Optional<AccessInput> inside(String member);
}
