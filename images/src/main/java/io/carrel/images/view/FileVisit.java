package io.carrel.images.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Is shown files with their contents, on the thread that visits. */
@FunctionalInterface
public interface FileVisit {

    /**
     * Takes a regular file.
     *
     * @param path its path; one of them if it has several
     * @param content what it holds; closed by the caller, and valid until this method returns
     * @throws IOException if the visitor cannot go on; ends the visit
     */
    void visit(Path path, InputStream content) throws IOException;
}
