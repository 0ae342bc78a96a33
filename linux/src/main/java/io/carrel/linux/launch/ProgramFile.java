package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.HostFileException;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A program as an executable file that nobody can change any more: a sealed file in memory, so that not even a
 * container that reached it through /proc could write it (CVE-2019-5736). Where memory files must not be executed
 * ({@code vm.memfd_noexec}), a temporary file without a name serves. Thread-safe.
 */
public final class ProgramFile implements AutoCloseable {

    /** Above every number that the launcher gives to a child, so that it survives until it is executed. */
    private static final int LOWEST_NUMBER = 64;

    private final SyscallProgram program;
    private final Descriptor file;

    private ProgramFile(SyscallProgram program, Descriptor file) {
        this.program = program;
        int number = Kernel.duplicate(file, LOWEST_NUMBER).release();
        this.file = Kernel.own(number, "the launcher");
    }

    /** Writes the program into a new file. */
    public static ProgramFile of(SyscallProgram program) {
        byte[] elf = program.toElf(Processor.current());
        try (Descriptor memory = memory()) {
            TransferCalls.write(memory, elf);
            Constant seals = Fcntl.F_SEAL_SEAL
                    .or(Fcntl.F_SEAL_SHRINK)
                    .or(Fcntl.F_SEAL_GROW)
                    .or(Fcntl.F_SEAL_WRITE);
            Kernel.fcntl("Cannot seal the launcher", memory, Fcntl.F_ADD_SEALS, seals);
            return new ProgramFile(program, memory);
        } catch (SyscallException refused) {
            if (!refused.errno().equals(Errno.EACCES)) {
                throw refused;
            }
            return temporary(program, elf);
        }
    }

    /** Returns whether this host lets a file in memory be executed ({@code vm.memfd_noexec} is not 2). */
    public static boolean memoryFilesAreExecutable() {
        try (Descriptor memory = memory()) {
            return memory.isOpen();
        } catch (SyscallException refused) {
            return false;
        }
    }

    /** MFD_EXEC must be given from Linux 6.3 on where {@code vm.memfd_noexec} is 1, and is unknown before. */
    private static Descriptor memory() {
        Constant flags = Fcntl.MFD_CLOEXEC.or(Fcntl.MFD_ALLOW_SEALING);
        try {
            return Kernel.memfd("carrel", flags.or(Fcntl.MFD_EXEC));
        } catch (SyscallException refused) {
            if (!refused.errno().equals(Errno.EINVAL)) {
                throw refused;
            }
            return Kernel.memfd("carrel", flags);
        }
    }

    /** The fallback, for hosts that forbid executing memory files. */
    private static ProgramFile temporary(SyscallProgram program, byte[] elf) {
        try {
            Path path = Files.createTempFile(
                    "carrel", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                Files.write(path, elf);
                try (Descriptor open = Kernel.open("Cannot open the launcher", path.toString(), Fcntl.O_RDONLY)) {
                    return new ProgramFile(program, open);
                }
            } finally {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new HostFileException("Cannot write the launcher to a temporary file", e);
        }
    }

    /** Returns the program inside. */
    public SyscallProgram program() {
        return program;
    }

    /** Returns the path by which this process and the children it spawns can execute the file. */
    String path() {
        return file.path().toString();
    }

    @Override
    public void close() {
        file.close();
    }
}
