package io.carrel.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The smallest program that succeeds: {@code exit_group(0)}. It needs no compiler, and no loader when it runs.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 */
final class StaticTrue {

    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final long ADDRESS = 0x400000;
    private static final short EM_X86_64 = 62;
    private static final short EM_AARCH64 = 183;
    private static final int PT_LOAD = 1;
    private static final int PT_INTERP = 3;
    private static final int MAGIC = 0x464c457f;
    private static final byte[] X86_64 = {
        (byte) 0xb8,
        (byte) 0xe7,
        0,
        0,
        0, // mov eax, SYS_exit_group
        0x31,
        (byte) 0xff, // xor edi, edi
        0x0f,
        0x05 // syscall
    };
    private static final byte[] AARCH64 = {
        0,
        0,
        (byte) 0x80,
        (byte) 0xd2, // mov x0, 0
        (byte) 0xc8,
        0x0b,
        (byte) 0x80,
        (byte) 0xd2, // mov x8, SYS_exit_group
        1,
        0,
        0,
        (byte) 0xd4 // svc 0
    };

    private StaticTrue() {}

    /** Writes the program into a directory, if it is not there, and returns its path. */
    static Path writeTo(Path directory) {
        Path file = directory.resolve("true");
        try {
            if (!Files.exists(file)) {
                Files.write(file, bytes(System.getProperty("os.arch")));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
        return file;
    }

    static byte[] bytes(String processor) {
        return switch (processor) {
            case "amd64" -> elf(EM_X86_64, X86_64);
            case "aarch64" -> elf(EM_AARCH64, AARCH64);
            default -> throw new IllegalStateException("There is no static true for the processor " + processor);
        };
    }

    private static byte[] elf(short machine, byte[] code) {
        int codeOffset = ELF_HEADER + PROGRAM_HEADER;
        int size = codeOffset + code.length;
        ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(MAGIC).put((byte) 2).put((byte) 1).put((byte) 1).position(16); // 64 bits, little-endian, version 1
        file.putShort((short) 2).putShort(machine).putInt(1); // ET_EXEC
        file.putLong(ADDRESS + codeOffset).putLong(ELF_HEADER).putLong(0).putInt(0);
        file.putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        file.putInt(PT_LOAD).putInt(5).putLong(0).putLong(ADDRESS).putLong(ADDRESS); // readable, executable
        file.putLong(size).putLong(size).putLong(0x10000);
        return file.put(code).array();
    }

    /** Whether a file is a 64-bit program that names no loader. */
    static boolean isStatic(Path program) {
        try (FileChannel channel = FileChannel.open(program)) {
            ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(file);
            file.flip();
            if (file.limit() < ELF_HEADER || file.getInt(0) != MAGIC) {
                return false;
            }
            int first = (int) file.getLong(32);
            for (int i = 0; i < file.getShort(56); i++) {
                if (file.getInt(first + i * PROGRAM_HEADER) == PT_INTERP) {
                    return false;
                }
            }
            return true;
        } catch (IOException | IndexOutOfBoundsException e) {
            return false;
        }
    }
}
