package io.carrel.netns.egress;

import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.linux.launch.DescriptorWatches;
import io.carrel.linux.uapi.Constant;
import io.carrel.netns.relay.Loop;
import io.carrel.netns.relay.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Reads from a connection until there is enough to decide. Only for the relay's thread. */
final class FirstBytes {

    private static final int MOST = 64 * 1024;

    private final Descriptor socket;
    private final Predicate<byte[]> enough;
    private final BiConsumer<byte[], End> told;
    private final DescriptorWatches.Watch watch;
    private final Timer timer;
    private byte[] bytes;
    private boolean over;

    /** Why it stopped. */
    enum End {
        /** There is enough. */
        ENOUGH,
        /** No more comes, or it took too long. */
        NO_MORE,
        /** The connection is broken, or this is more than anybody needs. */
        BROKEN
    }

    private FirstBytes(
            Loop loop,
            Descriptor socket,
            byte[] already,
            Duration patience,
            Predicate<byte[]> enough,
            BiConsumer<byte[], End> told) {
        this.socket = socket;
        this.enough = enough;
        this.told = told;
        bytes = already;
        watch = loop.watch(socket, events -> read());
        timer = loop.after(patience, () -> end(End.NO_MORE));
    }

    /**
     * Begins to read.
     *
     * @param already what was read before
     * @param told what was read, and why it stopped; told later, and once
     */
    static FirstBytes read(
            Loop loop,
            Descriptor socket,
            byte[] already,
            Duration patience,
            Predicate<byte[]> enough,
            BiConsumer<byte[], End> told) {
        FirstBytes reader = new FirstBytes(loop, socket, already, patience, enough, told);
        loop.execute(reader::read);
        return reader;
    }

    private void read() {
        try {
            byte[] buffer = new byte[16 * 1024];
            while (!over) {
                if (bytes.length > 0 && enough.test(bytes)) {
                    end(End.ENOUGH);
                    return;
                }
                Optional<Integer> count = SocketCalls.receive("Cannot read", socket, buffer, Constant.of(0));
                if (count.isEmpty()) {
                    return;
                }
                if (count.get() == 0 || bytes.length + count.get() > MOST) {
                    end(count.get() == 0 ? End.NO_MORE : End.BROKEN);
                    return;
                }
                int before = bytes.length;
                bytes = Arrays.copyOf(bytes, before + count.get());
                System.arraycopy(buffer, 0, bytes, before, count.get());
            }
        } catch (SyscallException broken) {
            end(End.BROKEN);
        }
    }

    private void end(End why) {
        if (!over) {
            cancel();
            told.accept(bytes, why);
        }
    }

    /** Nobody is told any more; to be called before the socket is closed. */
    void cancel() {
        if (!over) {
            over = true;
            timer.cancel();
            watch.close();
        }
    }
}
