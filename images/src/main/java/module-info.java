/** Stores images, unpacks and writes their layers, and reads them as a file system. */
@org.jspecify.annotations.NullMarked
module io.carrel.images {
    requires com.github.luben.zstd_jni;
    requires com.google.common;
    requires static com.google.errorprone.annotations;
    requires transitive io.carrel.fs;
    requires org.apache.commons.compress;
    requires org.slf4j;
    requires static org.jspecify;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports io.carrel.images;
    exports io.carrel.images.compression;
    exports io.carrel.images.layers;
    exports io.carrel.images.view;

    provides io.carrel.fs.spi.ArchiveFormat with
            io.carrel.images.provider.TarArchives;
    provides io.carrel.fs.spi.RootImages with
            io.carrel.images.provider.StoredImages;
    provides java.nio.file.spi.FileSystemProvider with
            io.carrel.images.view.ImageFileSystemProvider;
}
