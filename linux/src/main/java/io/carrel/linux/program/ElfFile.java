package io.carrel.linux.program;

import io.carrel.linux.Processor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The smallest static executable that keeps code and data apart: one segment to read and execute, one to read and write,
 * and a stack that cannot be executed. Both segments lie behind one another in the file and may share a page of it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 */
final class ElfFile {

    /** Where the data begin in the file; the headers and the code fit in front of it. */
    static final int DATA_OFFSET = 0x200;

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int CODE_OFFSET = HEADER + 3 * PROGRAM_HEADER;
    private static final long CODE_ADDRESS = 0x400000;
    /** Segments are aligned for the largest page that aarch64 kernels use. */
    private static final long ALIGNMENT = 0x10000;

    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int READ_EXECUTE = 5;
    private static final int READ_WRITE = 6;

    private final Processor processor;
    private final byte[] code;
    private final byte[] data;
    private final long dataAddress;

    ElfFile(Processor processor, byte[] code, byte[] data, long dataAddress) {
        this.processor = processor;
        this.code = code;
        this.data = data;
        this.dataAddress = dataAddress;
    }

    byte[] toBytes() {
        ByteBuffer file = ByteBuffer.allocate(DATA_OFFSET + data.length).order(ByteOrder.LITTLE_ENDIAN);
        header(file);
        segment(file, PT_LOAD, READ_EXECUTE, 0, CODE_ADDRESS, CODE_OFFSET + code.length);
        segment(file, PT_LOAD, READ_WRITE, DATA_OFFSET, dataAddress, data.length);
        segment(file, PT_GNU_STACK, READ_WRITE, 0, 0, 0);
        file.put(code);
        file.position(DATA_OFFSET);
        file.put(data);
        return file.array();
    }

    private void header(ByteBuffer file) {
        byte elf64 = 2;
        byte littleEndian = 1;
        byte version = 1;
        short executable = 2;
        file.put(new byte[] {0x7f, 'E', 'L', 'F', elf64, littleEndian, version});
        file.position(16);
        file.putShort(executable);
        file.putShort((short) processor.elfMachine());
        file.putInt(version);
        file.putLong(CODE_ADDRESS + CODE_OFFSET);
        file.putLong(HEADER);
        file.putLong(0);
        file.putInt(0);
        file.putShort((short) HEADER);
        file.putShort((short) PROGRAM_HEADER);
        file.putShort((short) 3);
        file.position(HEADER);
    }

    private static void segment(ByteBuffer file, int type, int flags, long offset, long address, long size) {
        file.putInt(type);
        file.putInt(flags);
        file.putLong(offset);
        file.putLong(address);
        file.putLong(address);
        file.putLong(size);
        file.putLong(size);
        file.putLong(type == PT_LOAD ? ALIGNMENT : 16);
    }
}
