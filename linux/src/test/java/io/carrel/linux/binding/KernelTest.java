package io.carrel.linux.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class KernelTest {

    @Test
    void aFailedCallIsToldAsStraceWould() {
        assertThatThrownBy(() -> Kernel.open("Cannot open it", "/no/such/file", Fcntl.O_RDWR))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessage("Cannot open it: openat(AT_FDCWD, \"/no/such/file\", O_RDWR|O_CLOEXEC, 0666) failed with"
                        + " ENOENT (2).");
    }

    @Test
    void whatItOpensIsClosedByExec() throws Exception {
        try (Descriptor file = Kernel.open("Cannot open it", "/etc/passwd", Fcntl.O_RDONLY)) {
            String flags = Files.readAllLines(Path.of("/proc/self/fdinfo/" + file.number())).stream()
                    .filter(line -> line.startsWith("flags:"))
                    .findFirst()
                    .orElseThrow();
            long value = Long.parseLong(flags.substring(6).strip(), 8);
            assertThat(value & Fcntl.O_CLOEXEC.value()).isNotZero();
        }
    }

    @Test
    void writesAndReads(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("file");
        Constant create = Fcntl.O_CREAT.or(Fcntl.O_RDWR);
        try (Descriptor open = Kernel.open("Cannot open it", file.toString(), create)) {
            TransferCalls.write(open, new byte[] {1, 2, 3});
        }
        byte[] buffer = new byte[10];
        try (Descriptor open = Kernel.open("Cannot open it", file.toString(), Fcntl.O_RDONLY)) {
            assertThat(TransferCalls.read(open, buffer)).isEqualTo(3);
            assertThat(TransferCalls.read(open, new byte[1])).as("at the end").isZero();
        }
        assertThat(buffer).startsWith(1, 2, 3);
    }

    @Test
    void writesMoreThanAPipeHolds() throws Exception {
        List<Descriptor> pipe = Kernel.pipe("a test");
        int size = 300_000;
        try (Descriptor readEnd = pipe.get(0);
                Descriptor writeEnd = pipe.get(1)) {
            Thread writer = new Thread(() -> TransferCalls.write(writeEnd, new byte[size]));
            writer.start();
            int count = 0;
            while (count < size) {
                count += TransferCalls.read(readEnd, new byte[70_000]);
            }
            writer.join();
            assertThat(count).isEqualTo(size);
        }
    }

    @Test
    void aDuplicateHasTheLowestFreeNumberFromAGivenOneOn() {
        List<Descriptor> pipe = Kernel.pipe("a test");
        try (Descriptor readEnd = pipe.get(0);
                Descriptor writeEnd = pipe.get(1);
                Descriptor copy = Kernel.duplicate(writeEnd, 500)) {
            assertThat(copy.number()).isGreaterThanOrEqualTo(500);
            TransferCalls.write(copy, new byte[] {5});
            assertThat(TransferCalls.read(readEnd, new byte[1])).isOne();
        }
    }

    @Test
    void socketsKeepMessagesApart() {
        List<Descriptor> pair = Kernel.socketPair("a test");
        try (Descriptor left = pair.get(0);
                Descriptor right = pair.get(1)) {
            TransferCalls.write(left, new byte[3]);
            TransferCalls.write(left, new byte[2]);
            assertThat(TransferCalls.read(right, new byte[100])).isEqualTo(3);
            assertThat(TransferCalls.read(right, new byte[100])).isEqualTo(2);
        }
    }

    @Test
    void pollSaysWhichDescriptorIsReadable() {
        List<Descriptor> idle = Kernel.pipe("a test");
        List<Descriptor> busy = Kernel.pipe("a test");
        try (Descriptor idleRead = idle.get(0);
                Descriptor idleWrite = idle.get(1);
                Descriptor busyRead = busy.get(0);
                Descriptor busyWrite = busy.get(1)) {
            assertThat(idleWrite.isOpen()).isTrue();
            TransferCalls.write(busyWrite, new byte[1]);
            assertThat(TransferCalls.poll(List.of(idleRead, busyRead), Duration.ofSeconds(20)))
                    .containsExactly(false, true);
        }
    }

    @Test
    void pollGivesUpAfterItsTime() {
        List<Descriptor> pipe = Kernel.pipe("a test");
        try (Descriptor readEnd = pipe.get(0);
                Descriptor writeEnd = pipe.get(1)) {
            assertThat(writeEnd.isOpen()).isTrue();
            assertThat(TransferCalls.poll(List.of(readEnd), Duration.ofMillis(5)))
                    .containsExactly(false);
        }
    }

    @Test
    void aPidfdBecomesReadableAtTheEndOfTheProcessAndSignalsNobodyThen() throws Exception {
        Process process = new ProcessBuilder("cat").start();
        try (Descriptor pidfd = ProcessCalls.pidfd(process.pid())) {
            assertThat(ProcessCalls.sendSignal(pidfd, 0)).isTrue();
            process.getOutputStream().close();
            assertThat(TransferCalls.poll(List.of(pidfd), Duration.ofSeconds(20)))
                    .containsExactly(true);
            process.waitFor();
            assertThat(ProcessCalls.sendSignal(pidfd, 0)).isFalse();
        }
    }

    @Test
    void reapsNobodyWhereThereIsNoChild() {
        assertThat(ProcessCalls.reap(Waiting.P_PID, ProcessHandle.current().pid(), new byte[0]))
                .isEmpty();
    }

    @Test
    void probeTellsTheErrnoAndThrowsNothing() {
        assertThat(Kernel.probe(Syscall.FCNTL, -1, Fcntl.F_GETFL.value(), 0))
                .isEqualTo(-Errno.named("EBADF").number());
        assertThat(Kernel.probe(Syscall.GETPID))
                .isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void knowsThatTheKernelHasACall() {
        assertThat(Kernel.implemented(Syscall.CLOSE)).isTrue();
    }
}
