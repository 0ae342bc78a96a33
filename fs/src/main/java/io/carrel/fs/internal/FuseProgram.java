package io.carrel.fs.internal;

/**
 * The program that stacks layers where the kernel does not. Immutable.
 *
 * @param path where the host has it
 * @param descriptor the number of the descriptor of {@code /dev/fuse}, which is free in all processes of a start
 * @param owner the id inside that its file system belongs to, of a user and of a group
 */
public record FuseProgram(String path, int descriptor, Owner owner) {

    /** Ids of a user and a group. */
    public record Owner(long uid, long gid) {}

    /** What a name of it in listings and messages is. */
    public static final String NAME = "fuse-overlayfs";
}
