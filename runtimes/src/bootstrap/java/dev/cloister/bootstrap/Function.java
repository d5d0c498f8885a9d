package dev.cloister.bootstrap;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.InputStream;
import java.io.OutputStream;

/** A function's handler, whatever its form. */
interface Function {
    /** Reads the event, writes the response. */
    void handle(InputStream event, OutputStream response, Context context) throws Throwable;
}
