package io.carrel.images.view;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/** Says where one layer of an image is. Immutable, so safe for use by several threads. */
public sealed interface LayerSource {

    /**
     * Takes a tar archive, as it is or compressed by gzip or zstd, with whiteouts as OCI images have them. It is a file
     * of the host's own file system.
     *
     * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">OCI layers</a>
     */
    static LayerSource archive(Path file) {
        return new Archive(file);
    }

    /**
     * Takes a directory that overlayfs could mount: removed files are character devices 0:0, and an extended attribute
     * {@code user.overlay.opaque} hides what lower layers have in a directory. The directory must not change while it
     * is read. Needs a Unix host. See Documentation/filesystems/overlayfs.rst.
     */
    static LayerSource directory(Path directory) {
        return new Directory(directory);
    }

    /**
     * Takes a tar archive; see {@link #archive}.
     *
     * @param file the archive
     */
    record Archive(Path file) implements LayerSource {
        /** Checks the argument. */
        public Archive {
            requireNonNull(file, "file");
        }
    }

    /**
     * Takes a directory; see {@link #directory}.
     *
     * @param directory the directory
     */
    record Directory(Path directory) implements LayerSource {
        /** Checks the argument. */
        public Directory {
            requireNonNull(directory, "directory");
        }
    }
}
