package io.carrel.linux.launch;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.Kernel;
import io.carrel.linux.log.LogRing;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an init needs to go on without this JVM: open descriptors, of which it gets duplicates. This one is the owner of
 * this JVM's, and closed when the start has returned. A lock on the lease goes with the open file, so it must be closed
 * here, not given back. Immutable.
 *
 * @param socket a datagram socket by which it is asked for something: {@link ControlSocket#bind}
 * @param exit the file for its end: {@link io.carrel.linux.log.ExitRecord#create}
 * @param lease a locked file ({@link io.carrel.linux.binding.Lease}), which stays locked as long as the init lives
 * @param input what whoever attaches gets: the write end of standard input, or a terminal
 * @param output where standard output, or a terminal, is read; not blocking
 * @param error where standard error is read; not blocking. One at its end where there is none
 * @param log where what the command says goes
 */
public record Detachment(
        Descriptor socket,
        Descriptor exit,
        Descriptor lease,
        Descriptor input,
        Descriptor output,
        Descriptor error,
        LogRing log)
        implements AutoCloseable {

    /** The words that the init is sent: which file of the log is written. */
    static final int CURRENT = 0;
    /** The number behind that of the last file. */
    static final int END = 8;
    /** How long a file becomes, in bytes. */
    static final int LIMIT = 16;
    /** How long it becomes while somebody reads the next one. */
    static final int MOST = 24;
    /** Where the next frame comes in the current file. */
    static final int OFFSET = 32;
    /** The current file's place in the whole log. */
    static final int SEQUENCE = 40;
    /** The current file's key. */
    static final int KEY = 48;
    /** The size of these words. */
    static final int SIZE = 56;

    /** Checks the log. */
    public Detachment {
        checkArgument(
                log.files().size() <= DetachedNumbers.LOGS,
                "a log has 1 to %s files, not %s",
                DetachedNumbers.LOGS,
                log.files().size());
    }

    /**
     * Makes that of a command with these streams, of which it takes this JVM's ends. Where there is no pipe to standard
     * input, whoever attaches gets the null device.
     */
    public static Detachment of(
            Descriptor socket, Descriptor exit, Descriptor lease, StandardStreams.Open streams, LogRing log) {
        Descriptor input = streams.takeOwnEnd(0);
        return new Detachment(
                socket,
                exit,
                lease,
                input == null ? Kernel.open("Cannot detach the container", "/dev/null", Fcntl.O_RDWR) : input,
                readable(streams.takeOwnEnd(1)),
                readable(streams.takeOwnEnd(2)),
                log);
    }

    private static Descriptor readable(@Nullable Descriptor end) {
        if (end == null) {
            List<Descriptor> ended = Kernel.pipe("what a container does not say");
            ended.get(1).close();
            return ended.get(0);
        }
        Pipes.doNotBlock(end);
        return end;
    }

    @Override
    public void close() {
        Stream.of(socket, exit, lease, input, output, error).forEach(Descriptor::close);
        log.close();
    }

    byte[] message() {
        LogRing.Position position = log.position();
        return Struct.ofSize(SIZE)
                .u64(DetachedNumbers.LOG + position.index())
                .u64(DetachedNumbers.LOG + log.files().size())
                .u64(log.fileSize())
                .u64(log.mostFileSize())
                .u64(position.offset())
                .u64(position.sequence())
                .u64(position.key())
                .toBytes();
    }

    /** In the order of {@link DetachedNumbers}. */
    List<Descriptor> descriptors(Descriptor nullDevice) {
        List<Descriptor> all = new ArrayList<>(List.of(socket, exit, lease, input, output, error, nullDevice));
        for (int i = 0; i < DetachedNumbers.LOGS; i++) {
            all.add(log.files().get(i % log.files().size()));
        }
        return ImmutableList.copyOf(all);
    }
}
