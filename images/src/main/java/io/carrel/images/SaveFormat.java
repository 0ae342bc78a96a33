package io.carrel.images;

/** Says what images are saved as. Immutable. */
public enum SaveFormat {

    /**
     * Makes a tar archive that {@code docker load} and {@code podman load} take, and tools for OCI archives as well: an
     * OCI layout with Docker's {@code manifest.json} beside it. Of an image for several platforms, one is saved.
     */
    DOCKER,

    /** Makes a tar archive of an OCI layout, with all platforms that are there. */
    OCI,

    /** Makes an OCI layout in a new directory, with all platforms that are there. */
    OCI_DIRECTORY
}
