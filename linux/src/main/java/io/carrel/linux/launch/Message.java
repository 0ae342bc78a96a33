package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.program.Report;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What a running program says: a copy of its {@link Report}. Immutable.
 *
 * @param phase what happened
 * @param failedInstruction the address of the instruction that failed
 * @param failure why
 * @param clonedPid the pid of the process that the launcher cloned, 0 before that
 * @param companionPid the pid of the process that the launcher cloned to serve the container from outside, 0 without one
 * @param launcherStays whether the launcher supervises that process
 * @param waitStatus the command's wait status, if it has exited
 * @param usage what the command used, if it has exited
 */
record Message(
        Report.Phase phase,
        long failedInstruction,
        Errno failure,
        int clonedPid,
        int companionPid,
        boolean launcherStays,
        int waitStatus,
        ResourceUsage usage) {

    /** Whether the command has ended. */
    boolean hasExited() {
        return phase == Report.Phase.EXITED || phase == Report.Phase.EXITED_BEFORE_OTHERS;
    }

    /** How the command ended, where it has. What those used that it ended before is not known. */
    Optional<Ending> ending() {
        return hasExited()
                ? Optional.of(
                        new Ending(waitStatus, phase == Report.Phase.EXITED ? Optional.of(usage) : Optional.empty()))
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
                report.getLong(Report.FAILED_INSTRUCTION),
                new Errno((int) -report.getLong(Report.FAILURE)),
                report.getInt(Report.CLONED_PID),
                report.getInt(Report.COMPANION_PID),
                report.getLong(Report.LAUNCHER_STAYS) != 0,
                report.getInt(Report.WAIT_STATUS),
                ResourceUsage.parse(report.position(Report.RUSAGE).slice().order(ByteOrder.LITTLE_ENDIAN))));
    }
}
