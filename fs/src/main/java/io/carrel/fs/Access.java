package io.carrel.fs;

/** Whether a mount can be written to. */
public enum Access {
    /** Reading only, also for what is mounted below. */
    READ_ONLY,
    /** Reading and writing, as far as the files' permissions go. */
    READ_WRITE
}
