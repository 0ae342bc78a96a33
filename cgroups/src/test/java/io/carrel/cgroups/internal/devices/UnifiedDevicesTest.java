package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.internal.devices.Rules.policy;
import static io.carrel.linux.uapi.Bpf.BPF_CGROUP_DEVICE;
import static io.carrel.linux.uapi.Bpf.BPF_PROG_TYPE_CGROUP_DEVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.linux.Descriptor;
import io.carrel.linux.KernelVersion;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.BpfCalls;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.bpf.BpfAssembler;
import io.carrel.linux.bpf.BpfProgram;
import io.carrel.linux.bpf.Register;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@Tag("root")
@EnabledIf(value = "isMounted", disabledReason = "cgroup v2 is not mounted here")
class UnifiedDevicesTest extends DevicesContract {

    private static final String DOING = "Cannot test";

    UnifiedDevicesTest() {
        super(TestGroup.Version.V2);
    }

    static boolean isMounted() {
        return TestGroup.hierarchy(TestGroup.Version.V2).isPresent();
    }

    /** Before Linux 5.11 programs count against {@code ulimit -l}. */
    private static boolean isTooLongForTheLimit() throws IOException {
        return KernelVersion.current().compareTo(new KernelVersion(5, 11)) < 0
                && !Files.readString(Path.of("/proc/self/limits")).contains("Max locked memory         unlimited");
    }

    @Test
    void aChangeReplacesTheProgram() throws IOException {
        devices.apply(policy("deny a"));
        List<Integer> first = attached();
        devices.apply(policy("deny a", "c 1:3 r"));
        assertThat(first).hasSize(1);
        assertThat(attached()).hasSize(1).isNotEqualTo(first);
        devices.apply(policy());
        assertThat(attached()).isEmpty();
    }

    @Test
    void theProgramsOfOthersStayAndHaveTheirSay() throws IOException {
        try (Descriptor directory = open();
                Descriptor others = BpfCalls.load(DOING, BPF_PROG_TYPE_CGROUP_DEVICE, denyEverything("others"))) {
            BpfCalls.attach(DOING, directory, BPF_CGROUP_DEVICE, others);
        }
        List<Integer> before = attached();
        devices.apply(policy("deny c 1:5 r"));
        devices.apply(policy("deny c 1:7 r"));
        assertThat(attached()).hasSize(2).containsAll(before);
        assertThat(shell.read("/dev/null")).contains("Operation not permitted");
        devices.apply(policy());
        assertThat(attached()).isEqualTo(before);
    }

    /** As two JVMs leave it that set the first rules at the same time. */
    @Test
    void severalProgramsOfOursBecomeOne() throws IOException {
        try (Descriptor directory = open();
                Descriptor one = BpfCalls.load(DOING, BPF_PROG_TYPE_CGROUP_DEVICE, denyEverything(DeviceProgram.NAME));
                Descriptor other =
                        BpfCalls.load(DOING, BPF_PROG_TYPE_CGROUP_DEVICE, denyEverything(DeviceProgram.NAME))) {
            BpfCalls.attach(DOING, directory, BPF_CGROUP_DEVICE, one);
            BpfCalls.attach(DOING, directory, BPF_CGROUP_DEVICE, other);
        }
        assertThat(attached()).hasSize(2);
        devices.apply(policy("deny c 1:5 r"));
        assertThat(attached()).hasSize(1);
        assertThat(shell.read("/dev/null")).isEmpty();
    }

    @Test
    void theKernelTakesTheLongestList() throws IOException {
        List<DeviceRule> rules = new ArrayList<>(List.of(DeviceRule.DENY_ALL));
        while (rules.size() < 999) {
            String access = List.of("r", "w", "m", "rw", "rwm").get(rules.size() % 5);
            rules.add(DeviceRule.parse(
                    "%s1000:%d %s".formatted(rules.size() % 3 == 0 ? "deny c " : "b ", rules.size(), access)));
        }
        rules.add(DeviceRule.parse("c 1:5 r"));
        if (isTooLongForTheLimit()) {
            assertThatThrownBy(() -> devices.apply(DevicePolicy.of(rules))).hasMessageContaining("ulimit -l");
            return;
        }
        devices.apply(DevicePolicy.of(rules));
        assertThat(shell.read("/dev/zero")).isEmpty();
        assertThat(shell.read("/dev/null")).contains("Operation not permitted");
    }

    @Test
    void noDescriptorIsLeft() throws IOException {
        devices.apply(policy("deny a"));
        devices.apply(policy("deny a", "c 1:3 r"));
        devices.apply(policy());
        assertThat(openFiles())
                .doesNotContain("anon_inode:bpf-prog", group.directory().toString());
        try (Descriptor program = BpfCalls.load(DOING, BPF_PROG_TYPE_CGROUP_DEVICE, denyEverything("open"))) {
            assertThat(program.isOpen()).isTrue();
            assertThat(openFiles()).contains("anon_inode:bpf-prog");
        }
    }

    @Test
    void theProgramGoesWithTheGroup() throws IOException {
        int id;
        try (TestGroup below = group.below();
                Descriptor directory = open(below)) {
            new UnifiedDevices(below.directory()).apply(policy("deny a"));
            id = BpfCalls.attached(DOING, directory, BPF_CGROUP_DEVICE).get(0);
            assertThat(isLoaded(id)).isTrue();
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (isLoaded(id)) {
            assertThat(System.nanoTime()).as("the program is still there").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
    }

    private static boolean isLoaded(int id) {
        Optional<Descriptor> program = BpfCalls.open(DOING, id);
        program.ifPresent(Descriptor::close);
        return program.isPresent();
    }

    @Test
    void namesTheGroupThatIsGone() {
        Path missing = group.directory().resolve("missing");
        assertThatThrownBy(() -> new UnifiedDevices(missing).apply(policy("deny a")))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("Cannot set the devices of " + missing)
                .hasMessageContaining("ENOENT");
    }

    private static List<String> openFiles() throws IOException {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                // The one of this very listing is gone when others look at it.
                files.add(
                        Files.isSymbolicLink(descriptor)
                                ? Files.readSymbolicLink(descriptor).toString()
                                : "");
            }
        }
        return files;
    }

    private List<Integer> attached() {
        try (Descriptor directory = open()) {
            return BpfCalls.attached(DOING, directory, BPF_CGROUP_DEVICE);
        }
    }

    private Descriptor open() {
        return open(group);
    }

    private static Descriptor open(TestGroup group) {
        return Kernel.open(DOING, group.directory().toString(), Fcntl.O_RDONLY.or(Fcntl.O_DIRECTORY));
    }

    private static BpfProgram denyEverything(String name) {
        return new BpfAssembler().move(Register.R0, 0).exit().toProgram(name);
    }
}
