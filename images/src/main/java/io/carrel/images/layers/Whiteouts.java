package io.carrel.images.layers;

/** Says what becomes of a layer's deletions. Immutable. */
public enum Whiteouts {

    /**
     * Keeps them as overlayfs has them: a character device 0:0 in place of what is deleted, and the attribute
     * {@code user.overlay.opaque=y} (mount option {@code userxattr}) on a directory that hides what lower layers have
     * there. The layer is applied to an empty directory, which becomes one of the overlay's layers. See
     * Documentation/filesystems/overlayfs.rst.
     */
    OVERLAY,

    /** Carries them out: the layer is applied onto what the lower layers left. */
    REMOVE
}
