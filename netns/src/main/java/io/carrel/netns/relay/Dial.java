package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.uapi.SocketName;
import io.carrel.linux.uapi.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connects a socket without waiting for it. Only for the loop's thread. */
public final class Dial {

    private static final Errno TIMED_OUT = Errno.named("ETIMEDOUT");
    private static final Errno NONE = new Errno(0);

    private final Consumer<Errno> outcome;
    private DescriptorWatches.@Nullable Watch watch;
    private @Nullable Timer timer;
    private boolean over;

    private Dial(Consumer<Errno> outcome) {
        this.outcome = outcome;
    }

    /**
     * Begins to connect.
     *
     * @param outcome told how it ended, once, perhaps at once: an errno, whose number is 0 if the socket is connected
     */
    public static Dial start(
            Loop loop, Descriptor socket, InetSocketAddress peer, Duration patience, Consumer<Errno> outcome) {
        Dial dial = new Dial(outcome);
        try {
            if (SocketCalls.connect("Cannot connect to " + peer, socket, SocketName.internet(peer))) {
                dial.end(NONE);
            } else {
                dial.timer = loop.after(patience, () -> dial.end(TIMED_OUT));
                dial.watch = loop.watch(socket, events -> dial.end(error(socket)));
            }
        } catch (SyscallException refused) {
            dial.end(refused.errno());
        }
        return dial;
    }

    private static Errno error(Descriptor socket) {
        return new Errno(SocketCalls.option("Cannot connect", socket, Sockets.SOL_SOCKET, Sockets.SO_ERROR));
    }

    private void end(Errno how) {
        if (!over) {
            cancel();
            outcome.accept(how);
        }
    }

    /** Returns whether the outcome is still to come. */
    public boolean isPending() {
        return !over;
    }

    /** Gives it up: nobody is told of the outcome. To be called before the socket is closed. */
    public void cancel() {
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        if (watch != null) {
            watch.close();
        }
    }

    /** Returns whether a socket is connected with this outcome. */
    public static boolean succeeded(Errno outcome) {
        return outcome.number() == 0;
    }
}
