package dev.cloister.bootstrap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Opens connections to the Runtime API. */
interface Connector {
    Connection connect() throws IOException;

    /** One open connection; {@link #close} closes both streams. */
    record Connection(InputStream in, OutputStream out, AutoCloseable closer) {
        void close() throws IOException {
            try {
                closer.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("can't close the connection", e);
            }
        }
    }
}
