package dev.cloister.secrets.wire;

import dev.cloister.api.RequestContext;
import dev.cloister.keys.KeyCaller;
import dev.cloister.secrets.parameters.Decryption;
import dev.cloister.secrets.parameters.ParameterErrors;
import dev.cloister.secrets.parameters.ParameterFilter;
import dev.cloister.secrets.parameters.ParameterFilter.Option;
import dev.cloister.secrets.parameters.ParameterFilter.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.ParameterStringFilter;
import software.amazon.awssdk.services.ssm.model.ParametersFilter;
import software.amazon.awssdk.services.ssm.model.Tag;

/** What several requests to Parameter Store have in common. */
final class ParameterInputs {
    private static final String SERVICE = "ssm";
    private static final String TAG = "tag:";
    private static final String TOKEN = "p1:";
    private static final Map<String, Subject> KEYS =
            Map.of(
                    "Name", Subject.NAME,
                    "Type", Subject.TYPE,
                    "KeyId", Subject.KEY_ID,
                    "Path", Subject.PATH,
                    "Label", Subject.LABEL,
                    "Tier", Subject.TIER,
                    "DataType", Subject.DATA_TYPE);

    private ParameterInputs() {}

    /** Keys are used by the service for the caller. */
    static KeyCaller caller(RequestContext context) {
        return KeyCaller.of(context).via(SERVICE);
    }

    static Decryption decryption(@Nullable Boolean with) {
        return Boolean.TRUE.equals(with) ? Decryption.ON : Decryption.OFF;
    }

    static Map<String, String> tags(List<Tag> tags) {
        Map<String, String> map = new HashMap<>();
        for (Tag tag : tags) {
            if (map.put(tag.key(), tag.value()) != null) {
                throw ParameterErrors.validation("Duplicate tag keys: " + tag.key());
            }
        }
        return map;
    }

    /** The old filters of DescribeParameters. */
    static List<ParameterFilter> oldFilters(List<ParametersFilter> filters) {
        return filters.stream()
                .map(
                        filter -> {
                            Subject key = KEYS.get(filter.keyAsString());
                            return new ParameterFilter(
                                    key == null ? Subject.NAME : key,
                                    "",
                                    key == Subject.NAME ? Option.BEGINS_WITH : Option.EQUALS,
                                    filter.values());
                        })
                .toList();
    }

    /** Filters of which only some keys are known to an operation. */
    static List<ParameterFilter> filters(List<ParameterStringFilter> filters, Set<Subject> known) {
        return filters.stream().map(filter -> filter(filter, known)).toList();
    }

    private static ParameterFilter filter(ParameterStringFilter filter, Set<Subject> known) {
        String name = filter.key();
        Subject key = name.startsWith(TAG) ? Subject.TAG : KEYS.get(name);
        if (key == null || !known.contains(key)) {
            throw ParameterErrors.filterKey(name);
        }
        if (filter.values().isEmpty() && key != Subject.TAG) {
            throw ParameterErrors.filterValue(
                    "The following filter values are missing : null for filter key " + name);
        }
        if (key == Subject.PATH
                && filter.values().stream().anyMatch(path -> !path.startsWith("/"))) {
            throw ParameterErrors.validation(
                    "The parameter doesn't meet the parameter name requirements. The parameter name"
                            + " must begin with a forward slash \"/\".");
        }
        return new ParameterFilter(
                key,
                key == Subject.TAG ? name.substring(TAG.length()) : "",
                option(key, filter.option()),
                filter.values());
    }

    private static Option option(Subject key, @Nullable String given) {
        String option = given == null ? "" : given;
        if (key == Subject.PATH) {
            return switch (option) {
                case "", "OneLevel" -> Option.ONE_LEVEL;
                case "Recursive" -> Option.RECURSIVE;
                default -> throw ParameterErrors.filterOption(option, "Recursive, OneLevel");
            };
        }
        return switch (option) {
            case "", "Equals" -> Option.EQUALS;
            case "BeginsWith" -> Option.BEGINS_WITH;
            case "Contains" -> {
                if (key != Subject.NAME) {
                    throw ParameterErrors.filterOption(option, "BeginsWith, Equals");
                }
                yield Option.CONTAINS;
            }
            default -> throw ParameterErrors.filterOption(option, "BeginsWith, Equals");
        };
    }

    /** The token of the page after an item. */
    static String token(String item) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((TOKEN + item).getBytes(StandardCharsets.UTF_8));
    }

    /** The item after which a page begins; empty text for the first page. */
    static String after(@Nullable String token) {
        if (token == null || token.isEmpty()) {
            return "";
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(TOKEN)) {
                return text.substring(TOKEN.length());
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused below.
        }
        throw ParameterErrors.nextToken();
    }

    /** Of a version in a token. */
    static long number(String item) {
        if (item.isEmpty()) {
            return 0;
        }
        return Optional.of(item)
                .filter(it -> it.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElseThrow(ParameterErrors::nextToken);
    }
}
