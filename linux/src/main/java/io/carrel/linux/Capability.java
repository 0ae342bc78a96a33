package io.carrel.linux;

import com.google.common.collect.Sets;
import java.util.Set;

/**
 * A part of root's power that a process can have by itself, in the order of the kernel's numbers. Immutable.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</a>
 */
public enum Capability {
    CHOWN,
    DAC_OVERRIDE,
    DAC_READ_SEARCH,
    FOWNER,
    FSETID,
    KILL,
    SETGID,
    SETUID,
    SETPCAP,
    LINUX_IMMUTABLE,
    NET_BIND_SERVICE,
    NET_BROADCAST,
    NET_ADMIN,
    NET_RAW,
    IPC_LOCK,
    IPC_OWNER,
    SYS_MODULE,
    SYS_RAWIO,
    SYS_CHROOT,
    SYS_PTRACE,
    SYS_PACCT,
    SYS_ADMIN,
    SYS_BOOT,
    SYS_NICE,
    SYS_RESOURCE,
    SYS_TIME,
    SYS_TTY_CONFIG,
    MKNOD,
    LEASE,
    AUDIT_WRITE,
    AUDIT_CONTROL,
    SETFCAP,
    MAC_OVERRIDE,
    MAC_ADMIN,
    SYSLOG,
    WAKE_ALARM,
    BLOCK_SUSPEND,
    AUDIT_READ,
    PERFMON,
    BPF,
    CHECKPOINT_RESTORE;

    private static final Set<Capability> OF_IMAGES = Sets.immutableEnumSet(
            CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, SYS_CHROOT, SETFCAP);

    /**
     * Returns what the root of an image has by default: what docker gives it, without {@code NET_RAW}, {@code MKNOD}
     * and {@code AUDIT_WRITE}. Immutable.
     */
    public static Set<Capability> ofImages() {
        return OF_IMAGES;
    }

    /** Returns the kernel's number. */
    public int number() {
        return ordinal();
    }

    /** Returns the kernel's name, for example {@code CAP_NET_ADMIN}. */
    public String symbol() {
        return "CAP_" + name();
    }
}
