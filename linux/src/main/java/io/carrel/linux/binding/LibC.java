package io.carrel.linux.binding;

import com.sun.jna.Memory;
import com.sun.jna.Native;

/**
 * The functions of libc that Carrel calls, mapped directly. Every system call goes through {@code syscall(2)}, which
 * takes its arguments in registers on both processors, so a fixed number of them serves.
 */
final class LibC {

    /** Where JNA looks for libraries, before it leaves that to {@code dlopen}, which finds libc by itself. */
    private static final String JNA_PATH = "jna.platform.library.path";

    static {
        // Else JNA starts ldconfig to ask where libraries may be.
        if (System.getProperty(JNA_PATH) == null) {
            System.setProperty(JNA_PATH, "/usr/lib64:/lib64:/usr/lib:/lib");
        }
        Native.register(LibC.class, "c");
    }

    private LibC() {}

    static native long syscall(long number, long a, long b, long c, long d, long e, long f);

    static native int posix_spawn(
            Memory pid, Memory path, Memory fileActions, Memory attributes, Memory arguments, Memory environment);

    static native int posix_spawn_file_actions_init(Memory fileActions);

    static native int posix_spawn_file_actions_adddup2(Memory fileActions, int from, int to);

    static native int posix_spawn_file_actions_destroy(Memory fileActions);

    static native int posix_spawnattr_init(Memory attributes);

    static native int posix_spawnattr_setflags(Memory attributes, short flags);

    static native int posix_spawnattr_setsigmask(Memory attributes, Memory signals);

    static native int posix_spawnattr_setsigdefault(Memory attributes, Memory signals);
}
