package dev.cloister.worker.sandbox;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** As much of DNS messages (RFC 1035) as a forwarder has to understand. */
final class DnsMessage {
    static final int HEADER = 12;
    static final int TYPE_A = 1;
    static final int TYPE_AAAA = 28;
    static final int OK = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NO_SUCH_NAME = 3;
    static final int REFUSED = 5;
    private static final int CLASS_INTERNET = 1;
    private static final int MAX_NAME = 255;
    private static final int MAX_LABEL = 63;
    private static final int TIME_TO_LIVE_SECONDS = 60;
    private static final int RESPONSE = 0x8000;
    private static final int OPCODE_MASK = 0x7800;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int RECURSION_AVAILABLE = 0x0080;

    private DnsMessage() {}

    /**
     * The one question of a query.
     *
     * @param name in lower case, without the final dot
     * @param end where the question ends in the message
     */
    record Question(String name, int type, int end) {}

    /** Reads a query; empty if it is not a well-formed query for one name of class IN. */
    static Optional<Question> question(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message);
        try {
            in.getShort();
            int flags = in.getShort() & 0xffff;
            int questions = in.getShort() & 0xffff;
            int answers = in.getShort() & 0xffff;
            int authorities = in.getShort() & 0xffff;
            int additional = in.getShort() & 0xffff;
            boolean plainQuery = (flags & (RESPONSE | OPCODE_MASK)) == 0;
            // One additional record is allowed: EDNS (RFC 6891).
            if (!plainQuery || questions != 1 || answers + authorities > 0 || additional > 1) {
                return Optional.empty();
            }
            Optional<String> name = name(in);
            int type = in.getShort() & 0xffff;
            int dnsClass = in.getShort() & 0xffff;
            if (dnsClass != CLASS_INTERNET) {
                return Optional.empty();
            }
            return name.map(text -> new Question(text, type, in.position()));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> name(ByteBuffer in) {
        StringBuilder name = new StringBuilder();
        while (true) {
            int length = in.get() & 0xff;
            if (length == 0) {
                return Optional.of(name.toString().toLowerCase(Locale.ROOT));
            }
            // A question has no pointer to point at: compression is malformed here.
            if (length > MAX_LABEL || name.length() + length >= MAX_NAME) {
                return Optional.empty();
            }
            byte[] label = new byte[length];
            in.get(label);
            if (!name.isEmpty()) {
                name.append('.');
            }
            name.append(new String(label, StandardCharsets.ISO_8859_1));
        }
    }

    /** An answer without records. */
    static byte[] answer(byte[] query, int code) {
        int end = question(query).map(Question::end).orElse(HEADER);
        return header(query, end, code, 0);
    }

    /** An answer with one address. */
    static byte[] answer(byte[] query, Question question, byte[] address) {
        byte[] message = header(query, question.end() + 12 + address.length, OK, 1);
        ByteBuffer out = ByteBuffer.wrap(message);
        out.position(question.end());
        out.putShort((short) 0xc00c).putShort((short) question.type()).putShort((short) 1);
        out.putInt(TIME_TO_LIVE_SECONDS).putShort((short) address.length).put(address);
        return message;
    }

    private static byte[] header(byte[] query, int size, int code, int answers) {
        int end = question(query).map(Question::end).orElse(HEADER);
        byte[] message = new byte[size];
        ByteBuffer out = ByteBuffer.wrap(message);
        out.put(query, 0, end);
        int flags = ((query[2] & 0xff) << 8) & RECURSION_DESIRED;
        out.putShort(2, (short) (RESPONSE | flags | RECURSION_AVAILABLE | code));
        out.putShort(4, (short) (end > HEADER ? 1 : 0));
        out.putShort(6, (short) answers).putShort(8, (short) 0).putShort(10, (short) 0);
        return message;
    }

    /** Whether {@code response} answers {@code query}: same number, same question. */
    static boolean answers(byte[] response, byte[] query, Question question) {
        if (response.length < question.end() || (response[2] & 0x80) == 0) {
            return false;
        }
        if (response[0] != query[0] || response[1] != query[1]) {
            return false;
        }
        for (int i = HEADER; i < question.end(); i++) {
            if (Character.toLowerCase(response[i]) != Character.toLowerCase(query[i])) {
                return false;
            }
        }
        return true;
    }
}
