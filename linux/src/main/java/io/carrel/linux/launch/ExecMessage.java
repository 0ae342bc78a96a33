package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.ResourceUsage;
import io.carrel.linux.program.Report;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What an init says of a process that it executes for this JVM. Immutable.
 *
 * @param phase what happened
 * @param pid which process, as its PID namespace has it
 * @param failure what failed, if it does not run; the instruction is 0 if the message was refused
 * @param waitStatus how it ended, if it has
 * @param usage what it used, if it has ended
 */
record ExecMessage(Report.Phase phase, int pid, Message.Failure failure, int waitStatus, ResourceUsage usage) {

    /** Empty where it is about something else. */
    static Optional<ExecMessage> parse(byte[] bytes) {
        if (bytes.length < Report.SIZE) {
            return Optional.empty();
        }
        ByteBuffer report = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Report.Phase phase = Report.Phase.values()[(int) report.getLong(Report.PHASE)];
        if (!phase.isAboutExec()) {
            return Optional.empty();
        }
        return Optional.of(new ExecMessage(
                phase,
                report.getInt(Report.EXEC_PID),
                new Message.Failure(
                        report.getLong(Report.FAILED_INSTRUCTION), new Errno((int) -report.getLong(Report.FAILURE))),
                report.getInt(Report.WAIT_STATUS),
                Message.usage(report.position(Report.RUSAGE).slice().order(ByteOrder.LITTLE_ENDIAN))));
    }

    ProcessExit ending() {
        return new ProcessExit(waitStatus, Optional.of(usage));
    }
}
