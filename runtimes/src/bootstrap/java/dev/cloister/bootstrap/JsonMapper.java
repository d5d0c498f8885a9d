package dev.cloister.bootstrap;

import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;

/** JSON for one Java type, as AWS's own serialization library has it. */
final class JsonMapper implements Functions.Mapper {
    private final PojoSerializer<Object> serializer;

    @SuppressWarnings("unchecked")
    JsonMapper(Type type, ClassLoader loader) {
        if (type instanceof Class<?> eventClass
                && LambdaEventSerializers.isLambdaSupportedEvent(eventClass.getName())) {
            serializer =
                    (PojoSerializer<Object>)
                            LambdaEventSerializers.serializerFor(eventClass, loader);
        } else if (type instanceof Class<?> plain) {
            serializer =
                    (PojoSerializer<Object>) JacksonFactory.getInstance().getSerializer(plain);
        } else {
            serializer = JacksonFactory.getInstance().getSerializer(type);
        }
    }

    @Override
    public Object read(InputStream event) {
        try {
            return serializer.fromJson(event);
        } catch (UncheckedIOException e) {
            throw bare("An error occurred during JSON parsing", e);
        }
    }

    @Override
    public void write(Object result, OutputStream response) {
        try {
            if (response instanceof ByteArrayOutputStream) {
                serializer.toJson(result, response);
            } else {
                throw new IllegalArgumentException("responses are collected in memory");
            }
        } catch (UncheckedIOException e) {
            throw bare("An error occurred during JSON serialization of response", e);
        }
    }

    /** AWS's runtimes report this without a trace of their own. */
    private static RuntimeException bare(String message, Throwable cause) {
        RuntimeException failure = new RuntimeException(message, cause);
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }
}
