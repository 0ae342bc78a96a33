package io.carrel.linux.launch;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.DescriptorMessage;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Terminals;
import java.util.function.Consumer;

/**
 * The steps by which a process that leads a session, and is about to be executed, gets a terminal of the container's
 * own in place of its standard streams. It opens the terminal as the command's user, whose it is then. The other side
 * goes to the JVM, in a message that is shorter than any report.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/pts.4.html">pts(4)</a>
 */
record TerminalSteps(ProgramBuilder program) {

    /** Of a devpts, whatever else {@code /dev/ptmx} leads to. */
    private static final String MULTIPLEXER = "/dev/pts/ptmx";

    private static final int STREAMS = 3;

    /**
     * Appends them.
     *
     * @param size where a {@code struct winsize} is
     * @param handOver appends what sends the message
     */
    void append(Operand.Address size, Consumer<DescriptorMessage> handOver) {
        Constant flags = Fcntl.O_RDWR.or(Terminals.O_NOCTTY).or(Fcntl.O_CLOEXEC);
        Data content = Data.struct("{TERMINAL}", Struct.ofSize(Long.BYTES).toBytes());
        DescriptorMessage message = DescriptorMessage.sending(content, "MASTER", 1);
        Operand master = program.call(
                        "make a terminal in the container",
                        Syscall.OPENAT,
                        Operand.of(Fcntl.AT_FDCWD),
                        Operand.text(MULTIPLEXER),
                        Operand.of(flags))
                .storeTo(message.number(0))
                .result("MASTER");
        program.call(
                "unlock the terminal",
                Syscall.IOCTL,
                master,
                Operand.of(Terminals.TIOCSPTLCK),
                Data.struct("[0]", new byte[Long.BYTES]).address());
        program.call("set the terminal's size", Syscall.IOCTL, master, Operand.of(Terminals.TIOCSWINSZ), size);
        Operand terminal = program.call(
                        "open the terminal",
                        Syscall.IOCTL,
                        master,
                        Operand.of(Terminals.TIOCGPTPEER),
                        Operand.of(flags))
                .result("TERMINAL");
        program.call(
                "make it the session's controlling terminal",
                Syscall.IOCTL,
                terminal,
                Operand.of(Terminals.TIOCSCTTY),
                Operand.of(0));
        for (int stream = 0; stream < STREAMS; stream++) {
            program.call("make it a standard stream", Syscall.DUP3, terminal, Operand.of(stream), Operand.of(0));
        }
        handOver.accept(message);
    }
}
