package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.ResourceUsage;
import io.carrel.linux.SetupException;
import io.carrel.linux.program.Report;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.SyscallProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/**
 * What a running program says: a copy of its {@link Report}. Immutable.
 *
 * @param phase what happened
 * @param failure what failed, in a message that says so
 * @param processes what the launcher has cloned
 * @param waitStatus the command's wait status, if it has exited
 * @param usage what the command used, if it has exited
 */
record Message(Report.Phase phase, Failure failure, Processes processes, int waitStatus, ResourceUsage usage) {

    /**
     * The call that failed last.
     *
     * @param instruction the address of the instruction
     * @param errno why
     */
    record Failure(long instruction, Errno errno) {

        /**
         * The failed step of {@code program}; where it is none of the program's, all that is known is {@code purpose}.
         */
        SetupException asException(SyscallProgram program, String purpose) {
            Step step = program.stepAt(instruction)
                    .orElseGet(() -> new Step("", "unknown call", "", purpose, LinuxSubject.OTHER));
            return new SetupException(step.reason(), step.call(), step.arguments(), errno, step.subject());
        }
    }

    /**
     * What the launcher has cloned.
     *
     * @param first the pid of the container's first process, 0 before it is there
     * @param sidecar the pid of the process that serves the container from outside, 0 without one
     * @param launcherStays whether the launcher supervises the first process
     */
    record Processes(int first, int sidecar, boolean launcherStays) {}

    /** Whether the command has ended. */
    boolean hasExited() {
        return phase == Report.Phase.EXITED || phase == Report.Phase.EXITED_BEFORE_OTHERS;
    }

    /** How the command ended, where it has. What those used that it ended before is not known. */
    Optional<ProcessExit> ending() {
        return hasExited()
                ? Optional.of(new ProcessExit(
                        waitStatus, phase == Report.Phase.EXITED ? Optional.of(usage) : Optional.empty()))
                : Optional.empty();
    }

    /** Empty where the program is gone without a word. */
    static Optional<Message> parse(byte[] bytes, int length) {
        if (length < Report.SIZE) {
            return Optional.empty();
        }
        ByteBuffer report = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return Optional.of(new Message(
                Report.Phase.values()[(int) report.getLong(Report.PHASE)],
                new Failure(
                        report.getLong(Report.FAILED_INSTRUCTION), new Errno((int) -report.getLong(Report.FAILURE))),
                new Processes(
                        report.getInt(Report.CLONED_PID),
                        report.getInt(Report.SIDECAR_PID),
                        report.getLong(Report.LAUNCHER_STAYS) != 0),
                report.getInt(Report.WAIT_STATUS),
                usage(report.position(Report.RUSAGE).slice().order(ByteOrder.LITTLE_ENDIAN))));
    }

    static ResourceUsage usage(ByteBuffer rusage) {
        return new ResourceUsage(time(rusage), time(rusage), rusage.getLong() * 1024);
    }

    private static Duration time(ByteBuffer timeval) {
        return Duration.ofSeconds(timeval.getLong()).plusNanos(timeval.getLong() * 1000);
    }
}
