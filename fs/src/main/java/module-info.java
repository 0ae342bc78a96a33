/** Root file systems and mounts of containers. */
@org.jspecify.annotations.NullMarked
module io.carrel.fs {
    requires com.github.luben.zstd_jni;
    requires com.google.common;
    requires transitive io.carrel.linux;
    requires org.apache.commons.compress;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.carrel.fs;
    exports io.carrel.fs.layers;
    exports io.carrel.fs.volumes;
    exports io.carrel.fs.internal to
            io.carrel;
}
