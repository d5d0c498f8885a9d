package dev.cloister.functions.wire;

import dev.cloister.functions.LambdaErrors;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * Refuses what nothing here carries out. It goes through every field that Amazon's type has, so a
 * newer SDK's new member is refused too until something takes it.
 */
final class Unsupported {
    private Unsupported() {}

    /**
     * @param handled the members that the operation carries out
     * @throws dev.cloister.api.AwsError if any other member says something
     */
    static void refuse(SdkPojo request, Set<String> handled) {
        for (SdkField<?> field : request.sdkFields()) {
            if (!handled.contains(field.memberName()) && says(field.getValueOrDefault(request))) {
                throw LambdaErrors.notAvailable(field.memberName());
            }
        }
    }

    /** As {@link #refuse}, for a structure inside a request. */
    static void refuseInside(String name, @Nullable SdkPojo structure, Set<String> handled) {
        if (structure == null) {
            return;
        }
        for (SdkField<?> field : structure.sdkFields()) {
            if (!handled.contains(field.memberName()) && says(field.getValueOrDefault(structure))) {
                throw LambdaErrors.notAvailable(name + "." + field.memberName());
            }
        }
    }

    /** Whether a value asks for something: empty text, false and empty structures do not. */
    private static boolean says(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Collection<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case SdkPojo structure ->
                    structure.sdkFields().stream()
                            .anyMatch(field -> says(field.getValueOrDefault(structure)));
            default -> true;
        };
    }
}
