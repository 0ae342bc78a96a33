package io.carrel.fs.spi;

import io.carrel.fs.internal.Services;
import io.carrel.linux.UnsupportedFeatureException;
import java.util.Optional;

/** What the module for images brings, looked for once. */
final class Installed {

    private static final Optional<RootImages> IMAGES = Services.find(RootImages.class);
    private static final Optional<ArchiveFormat> ARCHIVES = Services.find(ArchiveFormat.class);

    private Installed() {}

    static RootImages images() {
        return IMAGES.orElseThrow(() -> missing("images"));
    }

    static ArchiveFormat archives() {
        return ARCHIVES.orElseThrow(() -> missing("tar archives"));
    }

    private static UnsupportedFeatureException missing(String feature) {
        return new UnsupportedFeatureException(
                feature,
                "io.carrel:carrel-images is neither on the class path nor on the module path. Add it to the program's"
                        + " dependencies");
    }
}
