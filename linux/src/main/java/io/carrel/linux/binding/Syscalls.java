package io.carrel.linux.binding;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.Subject;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Syscall;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How this JVM makes system calls: the one place that looks at what a call returned, then at the errno, and throws a
 * {@link SyscallException}. Thread-safe.
 */
final class Syscalls {

    private static final Processor PROCESSOR = Processor.current();

    static final Text NULL = new Text("NULL", null);

    private Syscalls() {}

    /** A string argument: as people read it, and in memory. */
    record Text(String shown, @Nullable Memory memory) {}

    static long check(String doing, Syscall call, Object... arguments) {
        return check(LinuxSubject.OTHER, doing, call, arguments);
    }

    static long check(Subject subject, String doing, Syscall call, Object... arguments) {
        long[] values = new long[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(arguments[i]);
        }
        try {
            long result = raw(call, values);
            if (result < 0) {
                throw failure(subject, doing, call, result, arguments);
            }
            return result;
        } finally {
            Reference.reachabilityFence(arguments);
        }
    }

    /**
     * Returns the result of a call that was made by {@link #raw}, if it is one of success.
     *
     * @param arguments those that a message shows
     */
    static long checked(String doing, Syscall call, long result, Object... arguments) {
        if (result < 0) {
            throw failure(doing, call, result, arguments);
        }
        return result;
    }

    /** Returns the exception for a call that has failed. */
    static SyscallException failure(String doing, Syscall call, long result, Object... arguments) {
        return failure(LinuxSubject.OTHER, doing, call, result, arguments);
    }

    static SyscallException failure(Subject subject, String doing, Syscall call, long result, Object... arguments) {
        String shown = Arrays.stream(arguments).map(Syscalls::show).collect(Collectors.joining(", "));
        return new SyscallException(doing, call.symbol(), shown, new Errno((int) -result), subject);
    }

    private static String show(Object argument) {
        if (argument instanceof Text text) {
            return text.memory() == null ? "NULL" : "\"" + text.shown() + "\"";
        }
        return argument instanceof Memory ? "pointer" : argument.toString();
    }

    private static long value(Object argument) {
        if (argument instanceof Constant constant) {
            return constant.value();
        }
        if (argument instanceof Descriptor descriptor) {
            return descriptor.number();
        }
        if (argument instanceof Text text) {
            return text.memory() == null ? 0 : address(text.memory());
        }
        return address((Memory) argument);
    }

    static long address(Memory memory) {
        return Pointer.nativeValue(memory);
    }

    static Memory string(String text) {
        byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
        Memory memory = new Memory(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    /** Makes a call, and makes it again after a signal. */
    static long retried(Syscall call, long... a) {
        long result;
        do {
            result = raw(call, a);
        } while (result == -Errno.EINTR.number());
        return result;
    }

    /** Makes a call, and returns its result or minus the errno: the one place that reads it, on the same thread. */
    static long raw(Syscall call, long... a) {
        long[] six = Arrays.copyOf(a, 6);
        long result = LibC.syscall(call.number(PROCESSOR), six[0], six[1], six[2], six[3], six[4], six[5]);
        return result == -1 ? -Native.getLastError() : result;
    }
}
