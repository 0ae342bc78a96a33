package io.carrel.linux.binding;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SyscallException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code posix_spawn}: glibc and musl make the child like vfork does, so its cost does not grow with the JVM's heap,
 * and nothing of the JVM's runs between clone and exec. The child leads a process group of its own, with all signals
 * blocked and their actions reset, and an empty environment. Thread-safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a>
 */
public final class Spawn {

    private static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    private static final short POSIX_SPAWN_SETSIGMASK = 0x08;
    private static final short POSIX_SPAWN_SETPGROUP = 0x02;

    /** More than any libc's {@code posix_spawnattr_t}, {@code posix_spawn_file_actions_t} and {@code sigset_t}. */
    private static final int ENOUGH = 1024;

    private static final int LIBC_SIGNAL_SET_SIZE = 128;

    private static final Memory ATTRIBUTES = attributes();
    private static final Memory NO_ENVIRONMENT = zeros(Long.BYTES);
    private static final Memory NAME = string("carrel");
    private static final Memory ARGUMENTS = arguments();

    private Spawn() {}

    /**
     * Starts the executable; {@code descriptors} become the child's descriptors 0, 1, 2 and so on. Each of them must
     * have a number above those.
     *
     * @return the child's pid
     */
    public static int spawn(String doing, String path, List<Descriptor> descriptors) {
        try (Memory actions = zeros(ENOUGH);
                Memory pid = zeros(Integer.BYTES);
                Memory executable = string(path)) {
            LibC.posix_spawn_file_actions_init(actions);
            try {
                for (int i = 0; i < descriptors.size(); i++) {
                    LibC.posix_spawn_file_actions_adddup2(
                            actions, descriptors.get(i).number(), i);
                }
                int error = LibC.posix_spawn(pid, executable, actions, ATTRIBUTES, ARGUMENTS, NO_ENVIRONMENT);
                if (error != 0) {
                    throw new SyscallException(doing, "posix_spawn", path, new Errno(error), LinuxSubject.LAUNCHER);
                }
                return pid.getInt(0);
            } finally {
                LibC.posix_spawn_file_actions_destroy(actions);
            }
        }
    }

    private static Memory attributes() {
        Memory allSignals = new Memory(LIBC_SIGNAL_SET_SIZE);
        allSignals.setMemory(0, LIBC_SIGNAL_SET_SIZE, (byte) 0xff);
        Memory attributes = zeros(ENOUGH);
        LibC.posix_spawnattr_init(attributes);
        LibC.posix_spawnattr_setflags(
                attributes, (short) (POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP));
        LibC.posix_spawnattr_setsigmask(attributes, allSignals);
        LibC.posix_spawnattr_setsigdefault(attributes, standardSignals());
        return attributes;
    }

    /** 1 to 31, and the two that libc ignores otherwise. Each costs a system call, and nobody ignores further ones. */
    private static Memory standardSignals() {
        Memory signals = zeros(LIBC_SIGNAL_SET_SIZE);
        signals.setLong(0, (1L << 33) - 1);
        return signals;
    }

    private static Memory arguments() {
        Memory arguments = zeros(2 * Long.BYTES);
        arguments.setLong(0, Pointer.nativeValue(NAME));
        return arguments;
    }

    private static Memory zeros(int size) {
        Memory memory = new Memory(size);
        memory.clear();
        return memory;
    }

    private static Memory string(String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
        Memory memory = new Memory(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }
}
