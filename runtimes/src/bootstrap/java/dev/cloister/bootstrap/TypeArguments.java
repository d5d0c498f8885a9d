package dev.cloister.bootstrap;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a class gives for the type parameters of a generic interface that it implements. */
final class TypeArguments {
    private TypeArguments() {}

    /** Object for a parameter that is not known. */
    static Type[] of(Class<?> type, Class<?> generic) {
        Type[] found = search(type, generic, new HashMap<>());
        if (found != null) {
            return found;
        }
        Type[] unknown = new Type[generic.getTypeParameters().length];
        java.util.Arrays.fill(unknown, Object.class);
        return unknown;
    }

    private static Type @Nullable [] search(
            Type type, Class<?> generic, Map<TypeVariable<?>, Type> known) {
        Class<?> raw;
        if (type instanceof ParameterizedType parameterized) {
            raw = (Class<?>) parameterized.getRawType();
            TypeVariable<?>[] parameters = raw.getTypeParameters();
            Type[] arguments = parameterized.getActualTypeArguments();
            for (int i = 0; i < parameters.length; i++) {
                known.put(parameters[i], resolve(arguments[i], known));
            }
        } else if (type instanceof Class<?> plain) {
            raw = plain;
        } else {
            return null;
        }
        if (raw == generic) {
            Type[] found = new Type[generic.getTypeParameters().length];
            for (int i = 0; i < found.length; i++) {
                found[i] = resolve(generic.getTypeParameters()[i], known);
            }
            return found;
        }
        for (Type parent : raw.getGenericInterfaces()) {
            Type[] found = search(parent, generic, known);
            if (found != null) {
                return found;
            }
        }
        Type parent = raw.getGenericSuperclass();
        return parent == null ? null : search(parent, generic, known);
    }

    private static Type resolve(Type type, Map<TypeVariable<?>, Type> known) {
        return type instanceof TypeVariable<?> variable
                ? known.getOrDefault(variable, Object.class)
                : type;
    }
}
