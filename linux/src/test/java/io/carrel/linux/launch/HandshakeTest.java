package io.carrel.linux.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SetupException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.testing.Proc;
import io.carrel.linux.uapi.Syscall;
import io.carrel.testing.Footprint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens in the middle of a start: the host's work, passed descriptors, processes that wait for each other. */
@Tag("kernel")
class HandshakeTest {

    @ParameterizedTest
    @EnumSource
    void theHostWorksForTheFirstProcessInTheNamespaces(Shape shape) throws Exception {
        List<String> seen = new ArrayList<>();
        String own = Proc.link(ProcessHandle.current().pid(), "ns/user");
        try (Started started = Started.of(
                shape.programThatWaitsForTheHost("/bin/sh", "-c", "exit 8"),
                StandardStreams.PIPES,
                List.of(),
                (need, pid) -> seen.add(Proc.link(pid, "ns/user")))) {
            assertThat(started.process().waitFor()).isEqualTo(8);
            assertThat(seen).singleElement().isNotEqualTo(own);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCommandWaitsForTheHost(Shape shape) throws Exception {
        Path marker = Files.createTempFile("marker", "");
        String script = "test -e " + marker + " && echo too early || echo in time";
        try (Started started = Started.of(
                shape.programThatWaitsForTheHost("/bin/sh", "-c", script),
                StandardStreams.PIPES,
                List.of(),
                (need, pid) -> assertThat(marker.toFile().delete()).isTrue())) {
            assertThat(started.output()).isEqualTo("in time\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theHostIsToldWhichWorkIsNeeded(Shape shape) throws Exception {
        List<Report.Phase> needs = new ArrayList<>();
        List<Integer> pids = new ArrayList<>();
        SyscallProgram program = shape.program(
                0,
                tree -> {
                    tree.awaitHost(Report.Phase.NEEDS_NETWORK);
                    tree.awaitHost(Report.Phase.NEEDS_IDS);
                },
                Shape::nothing,
                "/bin/true");
        Launcher.HostWork work = (need, pid) -> {
            needs.add(need);
            pids.add(pid);
        };
        try (Started started = Started.of(program, StandardStreams.PIPES, List.of(), work)) {
            assertThat(started.process().waitFor()).isZero();
            assertThat(needs).containsExactly(Report.Phase.NEEDS_NETWORK, Report.Phase.NEEDS_IDS);
            assertThat(pids).hasSize(2).doesNotContain(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void passedDescriptorsArriveFrom4On(Shape shape) throws Exception {
        List<Descriptor> first = Kernel.pipe("the first passed pipe");
        List<Descriptor> second = Kernel.pipe("the second passed pipe");
        try (Descriptor firstRead = first.get(0);
                Descriptor firstWrite = first.get(1);
                Descriptor secondRead = second.get(0);
                Descriptor secondWrite = second.get(1)) {
            SyscallProgram program = shape.program(
                    2,
                    Shape::nothing,
                    tree -> {
                        write(tree, 4, "first");
                        write(tree, 5, "second");
                    },
                    "/bin/true");
            try (Started started =
                    Started.of(program, StandardStreams.PIPES, List.of(firstWrite, secondWrite), Started.NO_WORK)) {
                assertThat(started.process().waitFor()).isZero();
                assertThat(read(firstRead)).isEqualTo("first");
                assertThat(read(secondRead)).isEqualTo("second");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCommandDoesNotGetThePassedDescriptors(Shape shape) throws Exception {
        List<Descriptor> pipe = Kernel.pipe("a passed pipe");
        try (Descriptor readEnd = pipe.get(0);
                Descriptor writeEnd = pipe.get(1)) {
            SyscallProgram program = shape.program(2, Shape::nothing, Shape::nothing, "/bin/cat");
            try (Started cat =
                    Started.of(program, StandardStreams.PIPES, List.of(readEnd, writeEnd), Started.NO_WORK)) {
                cat.writeLine("ready");
                assertThat(cat.readLine()).isEqualTo("ready");
                assertThat(Proc.descriptors(shape.command(cat.process()))).containsExactly(0, 1, 2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyDescriptorsWithLowNumbersArriveInOrder(Shape shape) throws Exception {
        List<Descriptor> pipe = Kernel.pipe("a passed pipe");
        try (Descriptor readEnd = pipe.get(0);
                Descriptor writeEnd = pipe.get(1)) {
            List<Descriptor> passed = new ArrayList<>();
            for (int i = 0; i < 31; i++) {
                passed.add(Kernel.duplicate(readEnd, 0));
            }
            passed.add(Kernel.duplicate(writeEnd, 0));
            SyscallProgram program =
                    shape.program(32, Shape::nothing, tree -> write(tree, 4 + 31, "last"), "/bin/true");
            try (Started started = Started.of(program, StandardStreams.PIPES, passed, Started.NO_WORK)) {
                assertThat(started.process().waitFor()).isZero();
                assertThat(read(readEnd)).isEqualTo("last");
            } finally {
                passed.forEach(Descriptor::close);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theClonedProcessWaitsForTheLauncher(Shape shape) throws Exception {
        Barriers barriers = new Barriers();
        SyscallProgram program = shape.program(
                0,
                tree -> {
                    write(tree, 1, "launcher, ");
                    barriers.of(tree, "the launcher").open();
                },
                tree -> barriers.of(tree, "the launcher").await(),
                tree -> write(tree, 1, "command"),
                "/bin/true");
        try (Started started = Started.of(program)) {
            assertThat(started.output()).isEqualTo("launcher, command");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLauncherWaitsForTheClonedProcessAndGetsAValue(Shape shape) throws Exception {
        Barriers barriers = new Barriers();
        SyscallProgram program = shape.program(
                0,
                tree -> {
                    Operand length = barriers.of(tree, "a length").await("LENGTH");
                    tree.program().call("write", Syscall.WRITE, Operand.of(1), Operand.text("answered!"), length);
                    barriers.of(tree, "an answer").open();
                },
                tree -> {
                    ProgramBuilder.Call write = tree.program()
                            .call("write", Syscall.WRITE, Operand.of(1), Operand.text("asked ok"), Operand.of(8));
                    barriers.of(tree, "a length").open(write);
                    barriers.of(tree, "an answer").await();
                },
                Shape::nothing,
                "/bin/true");
        try (Started started = Started.of(program)) {
            assertThat(started.output()).isEqualTo("asked okanswered");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLauncherThatFailsEndsTheProcessThatWaitsForIt(Shape shape) {
        Barriers barriers = new Barriers();
        SyscallProgram program = shape.program(
                0,
                tree -> {
                    tree.program().call("do what fails", Syscall.CLOSE, Operand.of(-1));
                    barriers.of(tree, "the launcher").open();
                },
                tree -> barriers.of(tree, "the launcher").await(),
                tree -> write(tree, 1, "never"),
                "/bin/true");
        assertFails(program, "do what fails");
    }

    @ParameterizedTest
    @EnumSource
    void aClonedProcessThatFailsEndsTheLauncherThatWaitsForIt(Shape shape) {
        Barriers barriers = new Barriers();
        SyscallProgram program = shape.program(
                0,
                tree -> barriers.of(tree, "the first process").await(),
                tree -> {
                    tree.program().call("do what fails", Syscall.CLOSE, Operand.of(-1));
                    barriers.of(tree, "the first process").open();
                },
                Shape::nothing,
                "/bin/true");
        assertFails(program, "do what fails");
    }

    private static void assertFails(SyscallProgram program, String step) {
        EventLoop.shared();
        Footprint before = Footprint.now();
        long start = System.nanoTime();
        assertThatThrownBy(() -> Started.of(program).close())
                .isInstanceOfSatisfying(
                        SetupException.class, e -> assertThat(e.step()).isEqualTo(step));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("nobody waits until patience is over")
                .isLessThan(Duration.ofSeconds(15));
        before.assertNothingAdded();
    }

    /** The barriers of a program by their purposes, for steps that are appended in different places. */
    private static final class Barriers {
        private final Map<String, Barrier> byPurpose = new HashMap<>();

        Barrier of(ProcessTree tree, String purpose) {
            return byPurpose.computeIfAbsent(purpose, tree::barrier);
        }
    }

    private static void write(ProcessTree tree, int descriptor, String text) {
        tree.program()
                .call("write", Syscall.WRITE, Operand.of(descriptor), Operand.text(text), Operand.of(text.length()));
    }

    private static String read(Descriptor descriptor) {
        byte[] buffer = new byte[100];
        int length = TransferCalls.read(descriptor, buffer);
        return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }
}
