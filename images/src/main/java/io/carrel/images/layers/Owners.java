package io.carrel.images.layers;

/** Says whose the files of a layer become. Immutable. */
public enum Owners {

    /** Gives them to whom the archive says; needs {@code CAP_CHOWN} and, for devices, {@code CAP_MKNOD}. */
    KEEP,

    /**
     * Gives all of them to the user who applies the layer. Owners other than 0:0 are recorded in the attribute
     * {@code user.rootlesscontainers}, as umoci does it. In place of a device there is an empty file without
     * permissions, and attributes that need privileges are left out.
     */
    RECORD
}
