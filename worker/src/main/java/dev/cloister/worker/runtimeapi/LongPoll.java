package dev.cloister.worker.runtimeapi;

import dev.cloister.worker.Payload;

/** A request of a runtime that is answered when there is something to tell. Thread-safe. */
interface LongPoll {

    /**
     * @return false if the connection broke before it took everything
     */
    boolean deliver(RuntimeEvent event);

    /**
     * @return false if the connection broke before it took everything
     */
    boolean deliverAssignment(Payload assignment);

    void close();
}
