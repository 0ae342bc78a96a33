package io.carrel.namespaces;

import static com.google.common.base.Preconditions.checkArgument;

import io.carrel.linux.Errno;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.NamespaceCalls;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MountFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a namespace is mounted on, so that it lives without a process. */
record NamespaceFile(Path path) {

    static NamespaceFile at(Path path) {
        return new NamespaceFile(path.toAbsolutePath());
    }

    void bind(Namespace namespace) {
        String doing = "Cannot persist " + namespace + " on " + path;
        Kernel.open(doing, path.toString(), Fcntl.O_RDONLY.or(Fcntl.O_CREAT).or(Fcntl.O_EXCL))
                .close();
        try {
            NamespaceCalls.mount(
                    doing + trap(namespace),
                    namespace.descriptor().path().toString(),
                    path.toString(),
                    MountFlags.MS_BIND);
        } catch (RuntimeException e) {
            deleteAfter(e);
            throw e;
        }
    }

    /** What the errno of a failed mount would not tell. */
    private static String trap(Namespace namespace) {
        return namespace.type() == NamespaceType.MOUNT
                ? " (it takes CAP_SYS_ADMIN, a private mount below, and an older mount namespace than this one)"
                : " (it takes CAP_SYS_ADMIN where this JVM's mounts belong)";
    }

    /** Nothing but a namespace is ever unmounted here, whatever path the caller gave. */
    void release() {
        String doing = "Cannot release the namespace on " + path;
        checkArgument(!Files.isSymbolicLink(path), "%s is a symbolic link, not a file with a namespace", path);
        Namespace.open(path).close();
        try {
            NamespaceCalls.umount(doing, path.toString(), MountFlags.MNT_DETACH.or(MountFlags.UMOUNT_NOFOLLOW));
        } catch (SyscallException e) {
            checkArgument(!e.errno().equals(Errno.EINVAL), "no namespace is mounted on %s", path);
            throw e;
        }
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new KernelFileException(doing, path.toString(), "", e);
        }
    }

    private void deleteAfter(RuntimeException failure) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
