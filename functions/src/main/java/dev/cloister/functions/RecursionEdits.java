package dev.cloister.functions;

import dev.cloister.functions.Ledger.Edited;

/** Says what becomes of functions' loops. Thread-safe; as {@link FunctionEdits} otherwise. */
public final class RecursionEdits {
    private final Ledger ledger;

    RecursionEdits(Ledger ledger) {
        this.ledger = ledger;
    }

    public void put(FunctionKey key, RecursiveLoop loop) {
        ledger.edit(
                key,
                () -> LambdaErrors.functionNotFound(key.arn()),
                function ->
                        new Edited<>(
                                function.withTraits(function.traits().withRecursion(loop)),
                                Boolean.TRUE));
    }
}
