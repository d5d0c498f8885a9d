package dev.cloister.identity;

import dev.cloister.api.SessionContext;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import tools.jackson.databind.json.JsonMapper;

/** The packed form of a session's context inside its token: compressed JSON. */
final class SessionContexts {
    /**
     * The most packed bytes. AssumeRole: "session policies and session tags are packed into a
     * binary format that has a separate limit".
     */
    static final int MOST_BYTES = 6_144;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SessionContexts() {}

    static byte[] pack(SessionContext session) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(JSON.writeValueAsBytes(session));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static void write(SessionContext session, DataOutputStream out) throws IOException {
        byte[] packed = pack(session);
        out.writeShort(packed.length);
        out.write(packed);
    }

    static SessionContext read(DataInputStream in) throws IOException {
        byte[] packed = in.readNBytes(in.readUnsignedShort());
        try (InflaterInputStream inflated =
                new InflaterInputStream(new java.io.ByteArrayInputStream(packed))) {
            return JSON.readValue(inflated.readAllBytes(), SessionContext.class);
        }
    }
}
