package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.runtimeapi.BodyReader.Body;
import java.io.IOException;

/**
 * The replies that every call may get. Each says whether the connection goes on. Confined to the
 * connection's thread.
 */
record Exchange(RequestReader reader, ReplyWriter writer, RuntimeSession session) {

    void sayContinue(RequestHead head) throws IOException {
        if (head.expectsContinue() && head.hasBody() && !reader.hasBuffered()) {
            writer.write(Replies.CONTINUE);
        }
    }

    boolean unsupported(RequestHead head, String type, String what) throws IOException {
        String message = what + " is not available in this version of Cloister";
        return dropBody(head, Replies.error("403 Forbidden", type, message, true));
    }

    boolean wrongMethod(RequestHead head) throws IOException {
        return dropBody(head, Replies.text("405 Method Not Allowed", "", true));
    }

    boolean notAllowed(RequestHead head, String target) throws IOException {
        String message =
                "State transition from "
                        + session.stateName()
                        + " to "
                        + target
                        + " failed for runtime. Error: State transition is not allowed";
        return dropBody(
                head, Replies.error("403 Forbidden", "InvalidStateTransition", message, true));
    }

    /** Replies, and reads away a body that nobody wants, unless it is large. */
    boolean dropBody(RequestHead head, byte[] bytes) throws IOException {
        boolean readable = !head.hasBody();
        if (head.hasBody() && !head.expectsContinue()) {
            readable =
                    switch (BodyReader.read(reader, head, 0)) {
                        case Body.Complete _ -> true;
                        case Body.TooLarge(boolean drained) -> drained;
                        case Body.Truncated _ -> false;
                    };
        }
        writer.write(bytes);
        return readable && head.keepAlive();
    }
}
