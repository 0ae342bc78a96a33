package io.carrel.images.view;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The names in a directory, sorted by their bytes. */
final class ImageDirectoryStream implements DirectoryStream<Path> {

    private final ImagePath directory;
    private final Iterator<String> names;
    private final Filter<? super Path> filter;
    private boolean started;
    private volatile boolean closed;

    ImageDirectoryStream(ImagePath directory, Folder folder, Filter<? super Path> filter) {
        this.directory = directory;
        this.names = folder.children().keySet().iterator();
        this.filter = filter;
    }

    @Override
    public synchronized Iterator<Path> iterator() {
        if (closed || started) {
            throw new IllegalStateException(closed ? "the directory stream is closed" : "it has an iterator already");
        }
        started = true;
        return new Accepted();
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class Accepted implements Iterator<Path> {
        private @Nullable Path next;

        @Override
        public synchronized boolean hasNext() {
            while (next == null && !closed && names.hasNext()) {
                Path candidate = directory.resolve(ImagePath.of(directory.getFileSystem(), names.next()));
                try {
                    next = filter.accept(candidate) ? candidate : null;
                } catch (IOException e) {
                    throw new DirectoryIteratorException(e);
                }
            }
            return next != null;
        }

        @Override
        public synchronized Path next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Path found = next;
            next = null;
            if (found == null) {
                throw new NoSuchElementException();
            }
            return found;
        }
    }
}
