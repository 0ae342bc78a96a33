package io.carrel.linux.binding;

import com.sun.jna.Memory;
import com.sun.jna.Native;

/**
 * The functions of libc that Carrel calls, mapped directly. Every system call goes through {@code syscall(2)}, which takes
 * its arguments in registers on both processors, so a fixed number of them serves.
 */
final class LibC {

    static {
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
