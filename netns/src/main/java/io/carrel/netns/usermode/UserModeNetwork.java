package io.carrel.netns.usermode;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.Printable;
import io.carrel.linux.SetupException;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.binding.TransferCalls;
import io.carrel.linux.launch.HelperProcess;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.program.SyscallProgram;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.namespaces.Namespace;
import io.carrel.netns.UserMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A network namespace that pasta or slirp4netns connects to the host's network, until this is closed. Thread-safe. */
public final class UserModeNetwork implements AutoCloseable {

    static final int PATH_SIZE = 64;
    private static final int MOST_SAID = 4096;
    private static final String DEVICE = "/dev/net/tun";

    private final HelperProcess helper;
    private final Descriptor said;

    private UserModeNetwork(HelperProcess helper, Descriptor said) {
        this.helper = helper;
        this.said = said;
    }

    /**
     * Starts the program, and returns when the network is there.
     *
     * @param network a network namespace of a user namespace that is not this JVM's own
     * @param patience how long the program may take
     * @throws SetupException if it fails, with what it said; nothing of it is left then
     */
    public static UserModeNetwork connect(UserModeCommand command, Namespace network, Duration patience) {
        List<Descriptor> pipe = Kernel.pipe("what " + command.kind().program() + " says");
        Descriptor said = pipe.get(0);
        try (Descriptor written = pipe.get(1)) {
            // Nobody reads on when it runs, and that must not stop it.
            Kernel.fcntl("Cannot make a pipe that never blocks", written, Fcntl.F_SETFL, Fcntl.O_NONBLOCK);
            return new UserModeNetwork(start(command, network, written, said, patience), said);
        } catch (RuntimeException | Error e) {
            said.close();
            throw e;
        }
    }

    private static HelperProcess start(
            UserModeCommand command, Namespace network, Descriptor written, Descriptor said, Duration patience) {
        try (Namespace users = network.owner().orElseThrow();
                ProgramFile file = ProgramFile.of(UserModeProcesses.compile(command))) {
            HelperProcess helper =
                    HelperProcess.start(file, List.of(users.descriptor(), network.descriptor(), written));
            try {
                begin(helper, file.program(), command, patience);
                return helper;
            } catch (SetupException e) {
                SetupException told = failure(command, e.errno(), said);
                helper.close();
                throw told;
            } catch (RuntimeException | Error e) {
                helper.close();
                throw e;
            }
        }
    }

    private static void begin(
            HelperProcess helper, SyscallProgram program, UserModeCommand command, Duration patience) {
        String place = UserModeCommand.NAMESPACE.replace("PID", Integer.toString(helper.pid()));
        byte[] path = place.getBytes(StandardCharsets.US_ASCII);
        TransferCalls.write(helper.channel(), Arrays.copyOf(path, PATH_SIZE));
        if (!helper.isReady(program, patience)) {
            throw new SetupException("connect the network", command.path(), "", Errno.ENETDOWN);
        }
    }

    /** It has ended, or has had time enough: nothing that is to be read comes any more. */
    private static SetupException failure(UserModeCommand command, Errno errno, Descriptor said) {
        byte[] buffer = new byte[MOST_SAID];
        int length = TransferCalls.poll(List.of(said), Duration.ZERO)[0] ? TransferCalls.read(said, buffer) : 0;
        String text = Printable.lines(new String(buffer, 0, length, StandardCharsets.UTF_8).strip());
        return new SetupException(
                "connect the container's network to the host's by "
                        + command.kind().program(),
                command.path(),
                command.toString(),
                errno,
                (text.isEmpty() ? "It said nothing." : "It said: " + text) + "\n" + remedy(command.kind(), text));
    }

    private static String remedy(UserMode failed, String said) {
        if (said.matches("(?s).*\\btun\\b.*")) {
            return "That device has to be there and open to all, as udev makes it: modprobe tun; chmod 0666 " + DEVICE;
        }
        UserMode other = failed == UserMode.PASTA ? UserMode.SLIRP4NETNS : UserMode.PASTA;
        return "What one cannot do the other may: install %s, and ask for UserMode.%s."
                .formatted(other.distributedIn(), other);
    }

    /** Ends the program, and with it the connection. */
    @Override
    public void close() {
        helper.close();
        said.close();
    }
}
