package io.carrel.images;

/** What images are saved as. */
public enum SaveFormat {

    /**
     * A tar archive that {@code docker load} and {@code podman load} take, and tools for OCI archives as well: an OCI layout
     * with Docker's {@code manifest.json} beside it. Of an image for several platforms, one is saved.
     */
    DOCKER,

    /** A tar archive of an OCI layout, with all platforms that are there. */
    OCI,

    /** An OCI layout in a new directory, with all platforms that are there. */
    OCI_DIRECTORY
}
