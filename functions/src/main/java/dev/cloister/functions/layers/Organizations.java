package dev.cloister.functions.layers;

import dev.cloister.api.AccountId;
import java.util.Optional;

/** Which organization an account belongs to. */
@FunctionalInterface
public interface Organizations {
    /** Every account stands alone. */
    Organizations NONE = _ -> Optional.empty();

    /** An id such as {@code o-a1b2c3d4e5}; empty if the account belongs to none. */
    Optional<String> of(AccountId account);
}
