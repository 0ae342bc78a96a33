package io.carrel.images;

import com.google.common.collect.ImmutableSet;
import io.carrel.images.compression.Compression;

/** The names of what blobs contain: those of the OCI image specification, and Docker's for the same. */
final class MediaTypes {

    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String CONFIG = "application/vnd.oci.image.config.v1+json";

    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String DOCKER = "application/vnd.docker.";

    private static final ImmutableSet<String> INDEXES =
            ImmutableSet.of(INDEX, DOCKER + "distribution.manifest.list.v2+json");
    private static final ImmutableSet<String> MANIFESTS =
            ImmutableSet.of(MANIFEST, DOCKER + "distribution.manifest.v2+json");
    private static final ImmutableSet<String> CONFIGS = ImmutableSet.of(CONFIG, DOCKER + "container.image.v1+json");
    private static final ImmutableSet<String> LAYERS = ImmutableSet.of(
            LAYER,
            LAYER + "+gzip",
            LAYER + "+zstd",
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
            DOCKER + "image.rootfs.diff.tar",
            DOCKER + "image.rootfs.diff.tar.gzip",
            DOCKER + "image.rootfs.diff.tar.zstd",
            DOCKER + "image.rootfs.foreign.diff.tar",
            DOCKER + "image.rootfs.foreign.diff.tar.gzip");

    private MediaTypes() {}

    static boolean isIndex(String type) {
        return INDEXES.contains(type);
    }

    static boolean isManifest(String type) {
        return MANIFESTS.contains(type);
    }

    /** Docker's old format for images. */
    static boolean isSchemaOne(String type) {
        return type.startsWith(DOCKER + "distribution.manifest.v1+");
    }

    static boolean isConfig(String type) {
        return CONFIGS.contains(type);
    }

    static boolean isLayer(String type) {
        return LAYERS.contains(type);
    }

    /** That of a layer which we write. */
    static String layer(Compression compression) {
        return switch (compression) {
            case NONE -> LAYER;
            case GZIP -> LAYER + "+gzip";
            case ZSTD -> LAYER + "+zstd";
        };
    }
}
