package io.carrel.linux.program;

import io.carrel.linux.uapi.Processor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The smallest static executable that keeps apart what never changes and what does: one segment to read and execute,
 * with code and constants, one to read and write, with the variables, and a stack that cannot be executed. Both lie
 * behind one another in the file and may share a page of it.
 *
 * <p>The first access to a page costs a page fault, more than many a system call. The kernel maps all pages of the
 * first segment with the first fault; the variables are put into one page if they fit.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/elf.5.html">elf(5)</a>
 */
final class ElfFile {

    /** Where the constants begin in the file; the headers and the code fit in front of them. */
    static final int CONSTANTS_OFFSET = 0x200;

    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int CODE_OFFSET = HEADER + 3 * PROGRAM_HEADER;
    private static final long CODE_ADDRESS = 0x400000;
    private static final int PAGE = 4096;
    /** Where the first constant lies in memory. */
    static final long CONSTANTS_ADDRESS = CODE_ADDRESS + CONSTANTS_OFFSET;

    /** Segments are aligned for the largest page that aarch64 kernels use. */
    private static final long ALIGNMENT = 0x10000;

    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int READ_EXECUTE = 5;
    private static final int READ_WRITE = 6;

    private final Processor processor;
    private final byte[] code;
    private final byte[] constants;
    private final byte[] variables;

    ElfFile(Processor processor, byte[] code, byte[] constants, byte[] variables) {
        this.processor = processor;
        this.code = code;
        this.constants = constants;
        this.variables = variables;
    }

    /**
     * Returns where the first variable lies in memory: as near to the constants as pages up to 64 KiB allow, so that
     * one page table serves for both, and congruent to its place in the file.
     */
    static long variablesAddress(int constants, int variables) {
        int offset = variablesOffset(constants, variables);
        long endOfConstants = CONSTANTS_ADDRESS + constants;
        return ((endOfConstants + ALIGNMENT - 1) & -ALIGNMENT) + offset % ALIGNMENT;
    }

    private static int variablesOffset(int constants, int variables) {
        int next = (CONSTANTS_OFFSET + constants + 7) & -8;
        int nextPage = (next + PAGE - 1) & -PAGE;
        return next + variables > nextPage ? nextPage : next;
    }

    byte[] toBytes() {
        int offset = variablesOffset(constants.length, variables.length);
        ByteBuffer file = ByteBuffer.allocate(offset + variables.length).order(ByteOrder.LITTLE_ENDIAN);
        header(file);
        segment(file, PT_LOAD, READ_EXECUTE, 0, CODE_ADDRESS, CONSTANTS_OFFSET + constants.length);
        long address = variablesAddress(constants.length, variables.length);
        segment(file, PT_LOAD, READ_WRITE, offset, address, variables.length);
        segment(file, PT_GNU_STACK, READ_WRITE, 0, 0, 0);
        file.put(code);
        file.position(CONSTANTS_OFFSET);
        file.put(constants);
        file.position(offset);
        file.put(variables);
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
