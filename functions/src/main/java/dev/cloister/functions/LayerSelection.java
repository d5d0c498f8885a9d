package dev.cloister.functions;

import java.util.List;

/**
 * The layers that a request asks for.
 *
 * @param arns of layer versions, in order
 * @param caller the ARN of who asks
 */
public record LayerSelection(List<String> arns, String caller) {
    public LayerSelection {
        arns = List.copyOf(arns);
    }
}
