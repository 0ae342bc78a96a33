package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.LinuxSubject;
import io.carrel.linux.SetupException;
import io.carrel.linux.program.Step;
import io.carrel.linux.program.StepTable;
import java.util.Optional;

/** What is said of a command that an init has not executed. */
final class ExecFailure {

    private ExecFailure() {}

    /** The kernel drops a descriptor of a message for which there is no place. */
    static SetupException noDescriptor(ExecCommand command) {
        return new SetupException(command.step(), "recvmsg", "its pidfd", Errno.named("EMFILE"), LinuxSubject.EXEC);
    }

    /** What the init says of it. */
    static SetupException of(ExecCommand command, ExecMessage message, StepTable steps) {
        Errno errno = message.failure().errno();
        if (message.failure().instruction() == 0) {
            return new SetupException(
                    command.step(),
                    "recvmsg",
                    "what to execute",
                    errno,
                    errno.equals(Errno.EAGAIN)
                            ? "As many commands run in the container as can at a time."
                            : "The container's first process refuses the message, as not all of it came.");
        }
        Optional<Step> found = steps.stepAt(message.failure().instruction());
        return found.map(step -> of(command, step, errno))
                .orElseGet(() -> new SetupException(
                        command.step(), "unknown call", command.words().toString(), errno, LinuxSubject.EXEC));
    }

    private static SetupException of(ExecCommand command, Step step, Errno errno) {
        String arguments = switch (step.call()) {
            case "execve" -> command.words().toString();
            case "chdir" -> "\"" + command.directory() + "\"";
            default -> step.arguments();
        };
        String what = step.call().equals("execve") ? command.step() : "%s: %s".formatted(command.step(), step.reason());
        return new SetupException(what, step.call(), arguments, errno, step.subject());
    }
}
