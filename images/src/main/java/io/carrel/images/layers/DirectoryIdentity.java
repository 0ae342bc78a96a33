package io.carrel.images.layers;

import io.carrel.linux.binding.FileStatus;

/** Tells which directory it is, whatever the path to it. */
record DirectoryIdentity(long device, long inode) {

    static DirectoryIdentity of(FileStatus status) {
        return new DirectoryIdentity(status.device(), status.inode());
    }
}
