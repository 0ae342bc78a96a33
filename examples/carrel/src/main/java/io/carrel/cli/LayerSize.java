package io.carrel.cli;

import io.carrel.containers.ContainerRecord;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/** How much room what a container has changed takes. */
final class LayerSize {

    private LayerSize() {}

    /** In bytes; of an ordinary user's container, what the user may see of it. */
    static long of(ContainerRecord container) {
        return container.settings().layer().map(LayerSize::below).orElse(0L);
    }

    private static long below(Path layer) {
        AtomicLong bytes = new AtomicLong();
        try {
            Files.walkFileTree(layer, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes.addAndGet(attributes.isRegularFile() ? attributes.size() : 0);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException goneOrForbidden) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException gone) {
            return bytes.get();
        }
        return bytes.get();
    }
}
