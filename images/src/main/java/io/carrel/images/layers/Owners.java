package io.carrel.images.layers;

/** Whose the files of a layer become. */
public enum Owners {

    /** Of whom the archive says; needs {@code CAP_CHOWN} and, for devices, {@code CAP_MKNOD}. */
    KEEP,

    /**
     * All of the user who applies the layer. Owners other than 0:0 are recorded in the attribute
     * {@code user.rootlesscontainers}, as umoci does it. In place of a device there is an empty file without permissions, and
     * attributes that need privileges are left out.
     */
    RECORD
}
