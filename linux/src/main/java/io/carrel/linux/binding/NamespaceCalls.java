package io.carrel.linux.binding;

import com.sun.jna.Memory;
import io.carrel.linux.Descriptor;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Subject;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Syscall;

/** System calls that change the namespaces of the calling thread, and what is mounted in them. Thread-safe. */
public final class NamespaceCalls {

    private NamespaceCalls() {}

    /** Makes the calling thread a member of the namespace. */
    public static void setns(String doing, Descriptor namespace, Constant type) {
        Syscalls.check(doing, Syscall.SETNS, namespace, type);
    }

    /** Gives the calling thread new namespaces. */
    public static void unshare(String doing, Constant flags) {
        Syscalls.check(LinuxSubject.ofNamespaces(flags.value()), doing, Syscall.UNSHARE, flags);
    }

    /** Mounts; a null source, type or data is passed on as Syscalls.NULL. */
    public static void mount(String doing, String source, String target, Constant flags) {
        try (Memory from = Syscalls.string(source);
                Memory to = Syscalls.string(target)) {
            Syscalls.check(
                    LinuxSubject.MOUNT_SOURCE,
                    doing,
                    Syscall.MOUNT,
                    new Syscalls.Text(source, from),
                    new Syscalls.Text(target, to),
                    Syscalls.NULL,
                    flags,
                    Syscalls.NULL);
        }
    }

    /** Mounts a new file system of this type. */
    public static void mount(
            Subject subject, String doing, String type, String target, Constant flags, String options) {
        try (Memory kind = Syscalls.string(type);
                Memory to = Syscalls.string(target);
                Memory data = Syscalls.string(options)) {
            Syscalls.Text name = new Syscalls.Text(type, kind);
            Syscalls.check(
                    subject,
                    doing,
                    Syscall.MOUNT,
                    name,
                    new Syscalls.Text(target, to),
                    name,
                    flags,
                    new Syscalls.Text(options, data));
        }
    }

    /** Detaches what is mounted on {@code target}. */
    public static void umount(String doing, String target, Constant flags) {
        try (Memory text = Syscalls.string(target)) {
            Syscalls.check(doing, Syscall.UMOUNT2, new Syscalls.Text(target, text), flags);
        }
    }
}
