package io.carrel.images;

/**
 * The documents of an image for one platform.
 *
 * @param descriptor names the manifest
 */
record ImageParts(Descriptor descriptor, Manifest manifest, ImageConfig config) {

    /** What an index says about the platform may be more exact than what the image says. */
    boolean isFor(Platform platform) {
        return platform.equals(descriptor.platform()) || platform.equals(config.platform());
    }

    boolean isAcceptedBy(Platform platform) {
        return platform.accepts(config.platform());
    }
}
