package dev.cloister.server;

import dev.cloister.functions.code.ErofsCommand;
import dev.cloister.functions.code.ImageBuilder;
import dev.cloister.worker.sandbox.WorkFolder;
import dev.cloister.worker.sandbox.WorkFolder.Argument;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes images inside the encrypted scratch volume, which only programs that the sandboxes' mount
 * threads start can see. Thread-safe.
 */
final class ScratchImageBuilder implements ImageBuilder {
    private final WorkFolder work;
    private final Path program;
    private final Duration limit;

    /**
     * @param program {@code mkfs.erofs}
     * @param limit how long one image may take
     */
    ScratchImageBuilder(WorkFolder work, Path program, Duration limit) {
        this.work = work;
        this.program = program;
        this.limit = limit;
    }

    @Override
    public void build(Path folder, Path image) throws IOException {
        List<Argument> arguments = new ArrayList<>();
        ErofsCommand.OPTIONS.forEach(option -> arguments.add(new Argument.Word(option)));
        arguments.add(new Argument.File(image));
        arguments.add(new Argument.File(folder));
        work.run(program, arguments, limit);
    }
}
