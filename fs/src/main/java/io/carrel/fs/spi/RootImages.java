package io.carrel.fs.spi;

import io.carrel.fs.ImageRoot;
import io.carrel.linux.UnsupportedFeatureException;

/** Where images are. Thread-safe. */
public interface RootImages {

    /**
     * Looks for an image.
     *
     * @throws IllegalArgumentException if there is none of that name
     * @throws io.carrel.linux.RefusedContentException if it is damaged
     */
    RootImage find(ImageRoot root);

    /**
     * Returns those of the module for images.
     *
     * @throws UnsupportedFeatureException if it is not there
     */
    static RootImages installed() {
        return Installed.images();
    }
}
