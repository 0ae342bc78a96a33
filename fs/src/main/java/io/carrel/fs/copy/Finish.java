package io.carrel.fs.copy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** What a copy gets last of what its source has besides content: before, only its owner may use it. */
interface Finish {

    /**
     * A regular file or directory.
     *
     * @param path its name in the copied tree, for errors
     */
    void file(SourceFile source, String path, FileStatus status, Descriptor target);

    /** A symbolic link, which has its times. */
    void link(FileStatus status, Descriptor directory, String name);

    /** For another owner: attributes that any program may set, permissions without the set-id bits, and times. */
    static Finish plain(Side to, UserAttributes attributes) {
        return new Finish() {
            private static final int FILE_PERMISSIONS = 0777;
            private static final int DIRECTORY_PERMISSIONS = 01777;

            @Override
            public void file(SourceFile source, String path, FileStatus status, Descriptor target) {
                attributes.copy(source, status, target, path);
                int kept = status.is(Fcntl.S_IFDIR) ? DIRECTORY_PERMISSIONS : FILE_PERMISSIONS;
                to.finish(target, status.permissions() & kept, status.times());
            }

            @Override
            public void link(FileStatus status, Descriptor directory, String name) {
                // It belongs to who made it.
            }
        };
    }

    /**
     * As another one does it, and then the owners of the source.
     *
     * @param users from an id of the source's side to one of the target's
     * @param groups the same for groups
     */
    static Finish owned(Finish first, Side to, LongFunction<OptionalLong> users, LongFunction<OptionalLong> groups) {
        return new Finish() {
            @Override
            public void file(SourceFile source, String path, FileStatus status, Descriptor target) {
                first.file(source, path, status, target);
                give(users.apply(status.uid()), groups.apply(status.gid()), (uid, gid) -> to.owner(target, uid, gid));
            }

            @Override
            public void link(FileStatus status, Descriptor directory, String name) {
                first.link(status, directory, name);
                give(
                        users.apply(status.uid()),
                        groups.apply(status.gid()),
                        (uid, gid) -> to.owner(directory, name, uid, gid));
            }
        };
    }

    /** Gives a file away where there is somebody of this id, and as far as this process may. */
    static void give(OptionalLong user, OptionalLong group, Giving giving) {
        if (user.isEmpty() || group.isEmpty()) {
            return;
        }
        try {
            giving.to(user.getAsLong(), group.getAsLong());
        } catch (SyscallException e) {
            if (!e.errno().equals(Errno.EPERM)) {
                throw e;
            }
        }
    }

    /** Gives a file to a user and a group. */
    @FunctionalInterface
    interface Giving {
        void to(long user, long group);
    }

    /**
     * Everything. The order matters: a new owner takes away capabilities and set-id bits, and without permission to
     * write a user cannot set attributes.
     *
     * @param owners whether this process can give files away
     */
    static Finish exact(FileCalls calls, AttributeCalls attributes, boolean owners) {
        return new Finish() {
            @Override
            public void file(SourceFile source, String path, FileStatus status, Descriptor target) {
                if (owners) {
                    calls.owner(target, status.uid(), status.gid());
                }
                source.attributes().forEach((name, value) -> set(target, name, value));
                calls.mode(target, status.permissions());
                calls.times(target, status.times());
            }

            private void set(Descriptor target, String name, byte[] value) {
                long result = attributes.set(target, name, value);
                boolean isLeftOut = result == -Errno.EOPNOTSUPP.number() || !owners && result == -Errno.EPERM.number();
                if (result < 0 && !isLeftOut) {
                    throw AttributeCalls.failure("Cannot copy an attribute", result, target.toString(), name);
                }
            }

            @Override
            public void link(FileStatus status, Descriptor directory, String name) {
                if (owners) {
                    calls.owner(directory, name, status.uid(), status.gid());
                }
            }
        };
    }
}
