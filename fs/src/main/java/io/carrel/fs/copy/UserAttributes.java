package io.carrel.fs.copy;

import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Fcntl;
import java.util.Optional;
import java.util.Set;

/**
 * Copies the extended attributes that any program may set on its files, except those by which overlayfs and the record
 * of owners would take a copy for something else. Not thread-safe.
 */
final class UserAttributes {

    private static final String USER = "user.";
    private static final String OWNERS = "user.rootlesscontainers";
    /** File systems have none, or less room for them. */
    private static final Set<Errno> NOT_KEPT =
            Set.of(Errno.EOPNOTSUPP, Errno.EPERM, Errno.ENOSPC, Errno.E2BIG, Errno.ERANGE);

    private final AttributeCalls calls;
    private final Side from;
    private final Side to;
    private final Budget budget;

    UserAttributes(AttributeCalls calls, Side from, Side to, Budget budget) {
        this.calls = calls;
        this.from = from;
        this.to = to;
        this.budget = budget;
    }

    /** Copies those of a file or directory to another. */
    void copy(SourceFile source, FileStatus status, Descriptor target, String path) {
        if (source instanceof SideFile file) {
            try (Descriptor open = status.is(Fcntl.S_IFDIR) ? from.list(file.descriptor()) : file.read()) {
                copy(open, target, path);
            }
        }
    }

    private void copy(Descriptor source, Descriptor target, String path) {
        String doing = "Cannot copy attributes of " + Names.shown(path);
        for (String name : from.use(source, () -> calls.names(doing, source))) {
            if (name.startsWith(USER) && !OverlayMarks.isOverlays(name) && !name.equals(OWNERS)) {
                Optional<byte[]> value = from.use(source, () -> calls.value(doing, source, name));
                value.ifPresent(bytes -> set(target, path, name, bytes, doing));
            }
        }
    }

    private void set(Descriptor target, String path, String name, byte[] value, String doing) {
        budget.take(Names.shown(path), value.length);
        to.use(target, () -> {
            long result = calls.set(target, name, value);
            if (result < 0 && !NOT_KEPT.contains(new Errno((int) -result))) {
                throw AttributeCalls.failure(doing, result, Names.shown(path), name);
            }
            return result;
        });
    }
}
