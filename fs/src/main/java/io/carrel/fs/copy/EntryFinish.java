package io.carrel.fs.copy;

import io.carrel.fs.spi.TarEntry;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.FileTimes;

/**
 * What a tar entry says of a file besides its content: permissions, times, owner.
 *
 * @param keepsOwners whether the owner counts
 */
record EntryFinish(CopySession session, boolean keepsOwners) {

    private static final int PERMISSIONS = 0777;
    private static final int DIRECTORY_PERMISSIONS = 01777;

    void file(Descriptor file, TarEntry entry) {
        finish(file, entry, PERMISSIONS);
    }

    void directory(Descriptor directory, TarEntry entry) {
        finish(directory, entry, DIRECTORY_PERMISSIONS);
    }

    private void finish(Descriptor file, TarEntry entry, int permissions) {
        session.container().finish(file, entry.metadata().mode() & permissions, times(entry));
        give(entry, (uid, gid) -> session.container().owner(file, uid, gid));
    }

    /** Gives it to the entry's owner, if owners are kept. */
    void give(TarEntry entry, Finish.Giving giving) {
        if (keepsOwners) {
            Finish.give(
                    session.users().outside(entry.metadata().uid()),
                    session.groups().outside(entry.metadata().gid()),
                    giving);
        }
    }

    /** When what the entry is about was read and changed. */
    static FileTimes times(TarEntry entry) {
        return new FileTimes(
                entry.metadata().atime().seconds(),
                entry.metadata().atime().nanos(),
                entry.metadata().mtime().seconds(),
                entry.metadata().mtime().nanos());
    }
}
