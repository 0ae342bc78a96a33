package io.carrel.linux.binding;

import static io.carrel.linux.bpf.Register.R0;
import static io.carrel.linux.uapi.Bpf.BPF_PROG_TYPE_CGROUP_DEVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.KernelFile;
import io.carrel.linux.SyscallException;
import io.carrel.linux.bpf.BpfAssembler;
import io.carrel.linux.bpf.BpfProgram;
import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BpfCallsTest {

    private static final String DOING = "Cannot load a program";
    private static final BpfProgram ALLOW =
            new BpfAssembler().move(R0, 1).exit().toProgram("allow_all");
    private static final BpfProgram NO_VERDICT = new BpfAssembler().exit().toProgram("no_verdict");

    @Test
    @Tag("root")
    void loadsAProgramUnderItsName() throws Exception {
        try (Descriptor program = BpfCalls.load(DOING, BPF_PROG_TYPE_CGROUP_DEVICE, ALLOW)) {
            assertThat(BpfCalls.name(DOING, program)).isEqualTo("allow_all");
            assertThat(kernelsText(program)).contains("prog_type:\t15\n");
        }
    }

    @Test
    @Tag("root")
    void opensAProgramByItsId() throws Exception {
        try (Descriptor program = BpfCalls.load(DOING, BPF_PROG_TYPE_CGROUP_DEVICE, ALLOW)) {
            int id = Integer.parseInt(kernelsText(program).replaceAll("(?s).*prog_id:\t(\\d+).*", "$1"));
            try (Descriptor again = BpfCalls.open(DOING, id).orElseThrow()) {
                assertThat(kernelsText(again)).contains("prog_id:\t" + id + "\n");
            }
        }
        assertThat(BpfCalls.open(DOING, Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    @Tag("root")
    void showsTheVerifiersLogOfAProgramThatItRefuses() {
        assertThatThrownBy(() -> BpfCalls.load(DOING, BPF_PROG_TYPE_CGROUP_DEVICE, NO_VERDICT))
                .isInstanceOf(SyscallException.class)
                .hasMessageStartingWith("Cannot load a program: bpf(BPF_PROG_LOAD, BPF_PROG_TYPE_CGROUP_DEVICE,"
                        + " no_verdict (1 instructions)) failed with EACCES (13).\nThe verifier says:\n")
                .hasMessageContaining("R0 !read_ok");
    }

    @Test
    @Tag("user")
    void tellsAnOrdinaryUserWhatIsMissing() {
        assertThatThrownBy(() -> BpfCalls.load(DOING, BPF_PROG_TYPE_CGROUP_DEVICE, ALLOW))
                .asInstanceOf(InstanceOfAssertFactories.type(SyscallException.class))
                .returns(Errno.EPERM, SyscallException::errno)
                .extracting(SyscallException::getMessage, InstanceOfAssertFactories.STRING)
                .contains("CAP_BPF and CAP_NET_ADMIN");
    }

    private static String kernelsText(Descriptor program) throws IOException {
        return KernelFile.read(Path.of("/proc/self/fdinfo/" + program.number()));
    }
}
