package dev.cloister.functions;

import dev.cloister.storage.ArtifactStore.ArtifactId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to change a function: under the function's lock, durable first, then visible, then
 * told to those who must know. Thread-safe; changes of one function take turns.
 */
final class Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int STRIPES = 64;

    private final FunctionStore store;
    private final FunctionIndex index;
    private final ArtifactShelf shelf;
    private final List<ReentrantLock> locks =
            IntStream.range(0, STRIPES).mapToObj(_ -> new ReentrantLock()).toList();
    private final List<Consumer<VersionSnapshot>> listeners = new CopyOnWriteArrayList<>();

    Ledger(FunctionStore store, FunctionIndex index, ArtifactShelf shelf) {
        this.store = store;
        this.index = index;
        this.shelf = shelf;
    }

    void onRetired(Consumer<VersionSnapshot> listener) {
        listeners.add(listener);
    }

    /** What an edit makes of a function, and what it answers. */
    record Edited<T>(FunctionRecord function, T answer) {}

    /**
     * Creates a function.
     *
     * @param make is given the highest version number ever published under that name
     * @throws dev.cloister.api.AwsError if there is one already
     */
    FunctionRecord create(FunctionKey key, Function<Long, FunctionRecord> make) {
        ReentrantLock lock = lock(key);
        lock.lock();
        try {
            if (index.find(key).isPresent()) {
                throw LambdaErrors.conflict("Function already exist: " + key.name());
            }
            FunctionRecord function = make.apply(store.lastVersion(key));
            store.save(Optional.empty(), function);
            index.put(function);
            return function;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes a function; what {@code edit} throws changes nothing.
     *
     * @param missing what to throw if there is no such function
     */
    <T> T edit(
            FunctionKey key,
            java.util.function.Supplier<? extends RuntimeException> missing,
            Function<FunctionRecord, Edited<T>> edit) {
        ReentrantLock lock = lock(key);
        FunctionRecord before;
        Edited<T> edited;
        List<VersionSnapshot> retired;
        lock.lock();
        try {
            before = index.find(key).map(FunctionIndex.Entry::function).orElseThrow(missing);
            edited = edit.apply(before);
            if (edited.function.equals(before)) {
                return edited.answer;
            }
            store.save(Optional.of(before), edited.function);
            retired = index.put(edited.function);
        } finally {
            lock.unlock();
        }
        tell(retired);
        Set<ArtifactId> dropped = artifacts(before);
        dropped.removeAll(artifacts(edited.function));
        shelf.collect(dropped, index::needed);
        return edited.answer;
    }

    /** Removes a function with its versions and aliases; whether there was one. */
    boolean delete(FunctionKey key) {
        ReentrantLock lock = lock(key);
        FunctionRecord before;
        List<VersionSnapshot> retired;
        lock.lock();
        try {
            Optional<FunctionIndex.Entry> found = index.find(key);
            if (found.isEmpty()) {
                return false;
            }
            before = found.get().function();
            store.delete(key);
            retired = index.remove(key);
        } finally {
            lock.unlock();
        }
        tell(retired);
        shelf.collect(artifacts(before), index::needed);
        return true;
    }

    /**
     * Builds a function's snapshots anew, after a runtime's image has come back or a new one has
     * been released; returns how many of them others have taken the place of.
     */
    int refresh(FunctionKey key) {
        ReentrantLock lock = lock(key);
        List<VersionSnapshot> retired;
        lock.lock();
        try {
            retired = index.find(key).map(entry -> index.put(entry.function())).orElse(List.of());
        } finally {
            lock.unlock();
        }
        tell(retired);
        return retired.size();
    }

    private void tell(List<VersionSnapshot> retired) {
        for (VersionSnapshot snapshot : retired) {
            for (Consumer<VersionSnapshot> listener : listeners) {
                try {
                    listener.accept(snapshot);
                } catch (RuntimeException e) {
                    // The change is durable: it must be told to the others all the same.
                    LOG.error(
                            "a listener failed on the retirement of {}:{}",
                            snapshot.functionArn(),
                            snapshot.version(),
                            e);
                }
            }
        }
    }

    private static Set<ArtifactId> artifacts(FunctionRecord function) {
        Set<ArtifactId> ids = new HashSet<>();
        function.versions().forEach(v -> ids.addAll(ArtifactShelf.needed(function.key(), v)));
        return ids;
    }

    private ReentrantLock lock(FunctionKey key) {
        return locks.get(Math.floorMod(key.hashCode(), STRIPES));
    }
}
