package io.carrel.testing;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The project's documents and build files, which are resources of the tests: those run without the work tree, too. */
public final class ProjectFiles {

    private ProjectFiles() {}

    /** Where they are, at the same paths as in the work tree. */
    public static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(ProjectFiles.class.getResource("/project/README.md"))
                            .toURI())
                    .resolveSibling("");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
