package io.carrel.linux.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.uapi.Processor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fields by their offsets in elf(5). */
class ElfFileTest {

    private static final byte[] CODE = {1, 2, 3, 4};
    private static final byte[] CONSTANTS = {5, 6, 7, 8, 9};
    private static final byte[] VARIABLES = {10, 11, 12};
    private static final long VARIABLES_ADDRESS = 0x410208;

    private final byte[] bytes = new ElfFile(Processor.X86_64, CODE, CONSTANTS, VARIABLES).toBytes();
    private final ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void beginsAsAnElfFileOf64BitsLittleEndian() {
        assertThat(Arrays.copyOf(bytes, 16)).containsExactly(0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @ParameterizedTest
    @CsvSource({"X86_64, 62", "AARCH64, 183"})
    void isAnExecutableForTheProcessor(Processor processor, int machine) {
        ByteBuffer other = ByteBuffer.wrap(new ElfFile(processor, CODE, CONSTANTS, VARIABLES).toBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(other.getShort(16)).as("e_type").isEqualTo((short) 2);
        assertThat(other.getShort(18)).as("e_machine").isEqualTo((short) machine);
        assertThat(other.getInt(20)).as("e_version").isEqualTo(1);
    }

    @Test
    void hasProgramHeadersAndNoSections() {
        assertThat(file.getLong(32)).as("e_phoff").isEqualTo(64);
        assertThat(file.getLong(40)).as("e_shoff").isZero();
        assertThat(file.getShort(52)).as("e_ehsize").isEqualTo((short) 64);
        assertThat(file.getShort(54)).as("e_phentsize").isEqualTo((short) 56);
        assertThat(file.getShort(56)).as("e_phnum").isEqualTo((short) 3);
        assertThat(file.getShort(60)).as("e_shnum").isZero();
    }

    @Test
    void startsAtTheFirstByteOfTheCode() {
        int codeOffset = 64 + 3 * 56;
        assertThat(file.getLong(24)).as("e_entry").isEqualTo(0x400000 + codeOffset);
        assertThat(Arrays.copyOfRange(bytes, codeOffset, codeOffset + CODE.length))
                .isEqualTo(CODE);
    }

    @Test
    void mapsHeadersCodeAndConstantsToReadAndExecute() {
        assertSegment(0, 1, 5, 0, 0x400000, 0x200 + CONSTANTS.length);
        assertThat(Arrays.copyOfRange(bytes, 0x200, 0x200 + CONSTANTS.length)).isEqualTo(CONSTANTS);
    }

    @Test
    void mapsVariablesToReadAndWrite() {
        assertThat(ElfFile.variablesAddress(CONSTANTS.length, VARIABLES.length)).isEqualTo(VARIABLES_ADDRESS);
        assertSegment(1, 1, 6, 0x208, VARIABLES_ADDRESS, VARIABLES.length);
        assertThat(Arrays.copyOfRange(bytes, 0x208, bytes.length)).isEqualTo(VARIABLES);
    }

    @ParameterizedTest
    @CsvSource({
        "3584, 4096, 0x411000",
        "3576, 8, 0x410ff8",
        "3576, 9, 0x411000",
        "3570, 9, 0x411000",
        "0, 5000, 0x411000",
        "65536, 8, 0x420200",
        "65024, 8, 0x410000"
    })
    void putsVariablesIntoOnePageIfTheyFit(int constants, int variables, String address) {
        assertThat(ElfFile.variablesAddress(constants, variables)).isEqualTo(Long.decode(address));
    }

    @Test
    void doesNotWantAnExecutableStack() {
        assertSegment(2, 0x6474e551, 6, 0, 0, 0);
    }

    @Test
    void mapsNothingBothToWriteAndExecute() {
        for (int segment = 0; segment < 3; segment++) {
            int flags = file.getInt(64 + segment * 56 + 4);
            assertThat(flags & 3).as("flags %s of segment %s", flags, segment).isNotEqualTo(3);
        }
    }

    @Test
    void offsetsAndAddressesFitForPagesOf64KiB() {
        for (int segment = 0; segment < 2; segment++) {
            int at = 64 + segment * 56;
            assertThat(file.getLong(at + 48)).as("p_align").isEqualTo(0x10000);
            assertThat(file.getLong(at + 16) % 0x10000).isEqualTo(file.getLong(at + 8) % 0x10000);
        }
    }

    private void assertSegment(int index, int type, int flags, long offset, long address, long size) {
        int at = 64 + index * 56;
        assertThat(file.getInt(at)).as("p_type").isEqualTo(type);
        assertThat(file.getInt(at + 4)).as("p_flags").isEqualTo(flags);
        assertThat(file.getLong(at + 8)).as("p_offset").isEqualTo(offset);
        assertThat(file.getLong(at + 16)).as("p_vaddr").isEqualTo(address);
        assertThat(file.getLong(at + 32)).as("p_filesz").isEqualTo(size);
        assertThat(file.getLong(at + 40)).as("p_memsz").isEqualTo(size);
    }
}
