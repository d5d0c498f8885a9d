package dev.cloister.api.dispatch;

import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.api.message.QueryString;
import dev.cloister.api.message.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Finds S3's operations, which share a few paths: by the query's literal names (such as {@code
 * ?tagging}), and by the query parameters and headers that an operation can't do without. Immutable
 * once filled.
 */
final class RestXmlRoutes {
    private final Map<String, List<Route>> byPlace = new HashMap<>();

    /**
     * @param literal what the query must have
     * @param parameters names that the query must have besides
     * @param headers names that must be there, in lower case
     */
    private record Route(
            QueryString literal,
            List<String> parameters,
            List<String> headers,
            OperationEntry entry) {

        boolean fits(RequestHead head) {
            for (QueryString.Parameter wanted : literal.parameters()) {
                if (head.query().first(wanted.name()).filter(wanted.value()::equals).isEmpty()) {
                    return false;
                }
            }
            return parameters.stream().allMatch(head.query()::contains)
                    && headers.stream().allMatch(head.headers()::contains);
        }

        int weight() {
            int implemented = entry.implementation().isPresent() ? 1 : 0;
            return 100 * literal.parameters().size()
                    + 10 * (parameters.size() + headers.size())
                    + implemented;
        }
    }

    void add(ServiceFacts facts, OperationFacts operation, OperationEntry entry) {
        String uri = operation.requestUri();
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        if (!path.equals("/") && !path.equals("/{Bucket}") && !path.equals("/{Bucket}/{Key+}")) {
            return;
        }
        QueryString literal =
                question < 0 ? QueryString.EMPTY : QueryString.parse(uri.substring(question + 1));
        List<String> parameters = new ArrayList<>();
        List<String> headers = new ArrayList<>();
        Optional<Shape.Structure> input = operation.input().flatMap(facts::structure);
        input.ifPresent(
                shape -> {
                    for (String member : shape.required()) {
                        Shape.Member bound = shape.members().get(member);
                        if (bound != null && bound.location().equals("querystring")) {
                            parameters.add(bound.wireName());
                        } else if (bound != null && bound.location().equals("header")) {
                            headers.add(bound.wireName().toLowerCase(Locale.ROOT));
                        }
                    }
                });
        List<Route> routes =
                byPlace.computeIfAbsent(operation.method() + path, k -> new ArrayList<>());
        routes.add(new Route(literal, parameters, headers, entry));
        routes.sort(Comparator.comparingInt(Route::weight).reversed());
    }

    Optional<OperationEntry> find(RequestHead head, ObjectAddress address) {
        String path =
                address.bucket().isEmpty()
                        ? "/"
                        : address.key().isEmpty() ? "/{Bucket}" : "/{Bucket}/{Key+}";
        return byPlace.getOrDefault(head.method() + path, List.of()).stream()
                .filter(route -> route.fits(head))
                .findFirst()
                .map(Route::entry);
    }
}
