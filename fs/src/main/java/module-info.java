/** Describes and builds the files of containers: their roots, their mounts and their volumes. */
@org.jspecify.annotations.NullMarked
module io.carrel.fs {
    requires com.google.common;
    requires static com.google.errorprone.annotations;
    requires transitive io.carrel.linux;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.carrel.fs;
    exports io.carrel.fs.copy;
    exports io.carrel.fs.mounts;
    exports io.carrel.fs.volumes;
    exports io.carrel.fs.internal to
            io.carrel,
            io.carrel.images;
    exports io.carrel.fs.overlay to
            io.carrel,
            io.carrel.images;
    exports io.carrel.fs.spi to
            io.carrel,
            io.carrel.images;

    uses io.carrel.fs.internal.Copier;
    uses io.carrel.fs.internal.Remover;
    uses io.carrel.fs.spi.ArchiveFormat;
    uses io.carrel.fs.spi.RootImages;
}
