package io.carrel.namespaces;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code linux/nsfs.h}: questions to the file of a namespace.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_ns.2.html">ioctl_ns(2)</a>
 */
final class Nsfs {

    static final Constant NS_GET_USERNS = new Constant("NS_GET_USERNS", 0xb701L);
    static final Constant NS_GET_PARENT = new Constant("NS_GET_PARENT", 0xb702L);
    private static final Constant NS_GET_NSTYPE = new Constant("NS_GET_NSTYPE", 0xb703L);
    private static final Constant NS_GET_OWNER_UID = new Constant("NS_GET_OWNER_UID", 0xb704L);

    private Nsfs() {}

    /** Non-blocking, so that a path that names a pipe does not stop the caller. */
    static Descriptor open(String doing, Path path) {
        return Kernel.open(doing, path.toString(), Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK));
    }

    /** Empty if the file is no namespace. */
    static Optional<NamespaceType> type(Descriptor file) {
        try {
            return NamespaceType.ofCloneFlag(Kernel.probe(Syscall.IOCTL, file.number(), NS_GET_NSTYPE.value()));
        } finally {
            Reference.reachabilityFence(file);
        }
    }

    /** Empty if this process may not see it: it lies above its own namespace of that type, or there is none. */
    static Optional<Descriptor> related(String doing, Descriptor namespace, Constant request) {
        try {
            return Optional.of(Kernel.ioctlDescriptor(doing, namespace, request));
        } catch (SyscallException refused) {
            if (refused.errno().equals(Errno.EPERM)) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    static OptionalLong ownerUid(Descriptor userNamespace) {
        return Kernel.ioctlInt(userNamespace, NS_GET_OWNER_UID)
                .map(uid -> OptionalLong.of(Integer.toUnsignedLong(uid)))
                .orElseGet(OptionalLong::empty);
    }

    static long inode(Descriptor namespace) {
        try {
            return (Long) Files.getAttribute(namespace.path(), "unix:ino");
        } catch (IOException e) {
            throw new KernelFileException("Cannot identify a namespace", namespace.toString(), "", e);
        }
    }
}
