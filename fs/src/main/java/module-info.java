/** Root file systems and mounts of containers. */
@org.jspecify.annotations.NullMarked
module io.carrel.fs {
    requires com.github.luben.zstd_jni;
    requires com.google.common;
    requires static com.google.errorprone.annotations;
    requires transitive io.carrel.linux;
    requires org.apache.commons.compress;
    requires org.slf4j;
    requires static org.jspecify;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports io.carrel.fs;
    exports io.carrel.fs.copy;
    exports io.carrel.fs.images;
    exports io.carrel.fs.layers;
    exports io.carrel.fs.view;
    exports io.carrel.fs.volumes;
    exports io.carrel.fs.internal to
            io.carrel;

    uses io.carrel.fs.internal.Copier;
    uses io.carrel.fs.internal.Remover;

    provides java.nio.file.spi.FileSystemProvider with
            io.carrel.fs.view.ImageFileSystemProvider;
}
