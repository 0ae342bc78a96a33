package io.carrel.fs;

/** Tells whether a mount can be written to. Immutable. */
public enum Access {
    /** Forbids writing to it, and to what is mounted below. */
    READ_ONLY,
    /** Allows writing, as far as the permissions of the files go. */
    READ_WRITE
}
