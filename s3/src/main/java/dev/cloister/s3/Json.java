package dev.cloister.s3;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Documents in columns. */
final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private Json() {}

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static ObjectDetails details(String text) {
        return MAPPER.readValue(text, ObjectDetails.class);
    }

    static Map<String, String> map(String text) {
        return MAPPER.readValue(text, new TypeReference<TreeMap<String, String>>() {});
    }
}
