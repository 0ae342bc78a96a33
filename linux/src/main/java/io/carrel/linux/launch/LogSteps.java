package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.log.LogFormat;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.MessageHeader;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.util.Map;

/**
 * The steps by which a detached init writes what the command says into its log, as {@link LogFormat} has it. The text goes through memory
 * that the init maps; a frame is written by one call, so it is whole as soon as the file is as long.
 *
 * <p>What cannot be written, for want of room for example, is lost and counted; the command is never held up for long.
 */
final class LogSteps {

    /** Behind the {@link ExecArea}, for which the same page of page tables serves. */
    private static final long BUFFER = 0x1020000;

    private static final int BUFFER_SIZE = 16 * 1024;

    private final ProgramBuilder program;
    private final Data position;
    private final Data source = Data.words("source", 1);
    private final Data stream = Data.words("stream", 1);
    private final Data read = Data.words("read", 1);
    private final Data total = Data.words("total", 1);
    private final Data frame = Data.words("frame", LogFormat.FRAME_HEADER / Long.BYTES);
    private final Data file = Data.struct("{LOG_MAGIC, SEQUENCE}", LogFormat.fileHeader(0));
    private final Data vectors = Data.variable(
            "[{frame, %d}, {0x%x, LENGTH}]".formatted(LogFormat.FRAME_HEADER, BUFFER),
            Struct.ofSize(2 * MessageHeader.VECTOR_SIZE)
                    .skip(MessageHeader.VECTOR_LENGTH)
                    .u64(LogFormat.FRAME_HEADER)
                    .u64(BUFFER)
                    .toBytes(),
            Map.of(0, frame.address()));
    private final Label relay = new Label("relay");
    private final Label written = new Label("written");
    private final Label rotate = new Label("rotate");

    /**
     * Appends nothing yet.
     *
     * @param position where the log is, as {@link Detachment} says it
     */
    LogSteps(ProgramBuilder program, Data position) {
        this.program = program;
        this.position = position;
    }

    /** Appends: makes room for what is read. */
    void map() {
        new MapSteps(program).map("make room for what the command says", BUFFER, BUFFER_SIZE);
    }

    /**
     * Appends: writes what there is from one stream, once.
     *
     * @param number the stream's own
     */
    void relay(int descriptor, int number) {
        program.set(source.address(), descriptor);
        program.set(stream.address(), (long) number << Integer.SIZE);
        program.go(relay);
    }

    /** Appends: goes on at {@code label} if it was about this descriptor. */
    void ifFrom(int descriptor, Label label) {
        program.ifEqual(source.address(), descriptor, label);
    }

    /** Where it is counted how many bytes could not be written. */
    Operand.Address lost() {
        return frame.at(LogFormat.LOST);
    }

    /**
     * Appends the steps themselves.
     *
     * @param done where to go when there may be more
     * @param atEnd where to go when there will be no more
     */
    void append(Label done, Label atEnd) {
        Label unreadable = new Label("unreadable");
        program.place(relay);
        program.call(
                        "read what the command says",
                        Syscall.READ,
                        program.load(source.address(), "STREAM"),
                        MapSteps.place(BUFFER),
                        Operand.of(BUFFER_SIZE))
                .storeTo(read.address())
                .storeTo(vectors.at(MessageHeader.VECTOR_SIZE + MessageHeader.VECTOR_LENGTH))
                .onZero(atEnd)
                .onFailure(unreadable);
        write(done);
        program.place(written);
        advance(done);
        rotate(done);
        program.place(unreadable);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), done);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EINTR.number(), done);
        program.go(atEnd);
    }

    private void write(Label done) {
        Data result = Data.words("result", 1);
        Label lost = new Label("lost");
        Operand.Result length = program.load(read.address(), "LENGTH");
        program.add(read.address(), LogFormat.FRAME_HEADER, total.address());
        program.add(stream.address(), length, frame.at(LogFormat.LENGTH));
        program.call(
                        "see what time it is",
                        Syscall.CLOCK_GETTIME,
                        Operand.of(Waiting.CLOCK_REALTIME),
                        frame.at(LogFormat.SECONDS))
                .ignoreFailure();
        Operand file = program.load(position.at(Detachment.CURRENT), "LOG");
        Operand offset = program.load(position.at(Detachment.OFFSET), "OFFSET");
        program.call(
                        "write it into the log",
                        Syscall.PWRITEV,
                        file,
                        vectors.address(),
                        Operand.of(2),
                        offset,
                        Operand.of(0))
                .storeTo(result.address())
                .onZero(lost)
                .onFailure(lost);
        program.ifSame(result.address(), program.load(total.address(), "TOTAL"), written);
        program.place(lost);
        program.call("take back a part of a frame", Syscall.FTRUNCATE, file, offset)
                .ignoreFailure();
        program.add(frame.at(LogFormat.LOST), program.load(read.address(), "LENGTH"), frame.at(LogFormat.LOST));
        program.go(done);
    }

    private void advance(Label done) {
        program.add(
                position.at(Detachment.OFFSET), program.load(total.address(), "TOTAL"), position.at(Detachment.OFFSET));
        program.compare(position.at(Detachment.OFFSET), program.load(position.at(Detachment.LIMIT), "LIMIT"))
                .onZero(rotate)
                .onPositive(rotate)
                .onFailure(done);
    }

    /** The next file is emptied, unless somebody reads it just then: he locks it. The file may grow meanwhile, but not for ever. */
    private void rotate(Label done) {
        Data next = Data.words("next", 1);
        Label same = new Label("same round");
        Label empty = new Label("empty");
        Label lock = new Label("lock");
        Label unlock = new Label("unlock");
        program.place(rotate);
        program.add(position.at(Detachment.CURRENT), 1, next.address());
        program.compare(next.address(), program.load(position.at(Detachment.END), "END"))
                .onFailure(same);
        program.set(next.address(), DetachedNumbers.LOG);
        program.place(same);
        Operand number = program.load(next.address(), "NEXT");
        program.compare(position.at(Detachment.OFFSET), program.load(position.at(Detachment.MOST), "MOST"))
                .onZero(empty)
                .onPositive(empty)
                .onFailure(lock);
        program.place(lock);
        program.call(
                        "see whether nobody reads the oldest file of the log",
                        Syscall.FLOCK,
                        number,
                        Operand.of(Fcntl.LOCK_EX.or(Fcntl.LOCK_NB)))
                .onFailure(done);
        program.place(empty);
        program.call("empty the oldest file of the log", Syscall.FTRUNCATE, number, Operand.of(0))
                .onFailure(unlock);
        program.add(position.at(Detachment.SEQUENCE), 1, file.at(LogFormat.SEQUENCE));
        program.call(
                        "begin a file of the log",
                        Syscall.PWRITE64,
                        number,
                        file.address(),
                        Operand.of(LogFormat.FILE_HEADER),
                        Operand.of(0))
                .onFailure(unlock);
        program.add(file.at(LogFormat.SEQUENCE), 0, position.at(Detachment.SEQUENCE));
        program.add(next.address(), 0, position.at(Detachment.CURRENT));
        program.set(position.at(Detachment.OFFSET), LogFormat.FILE_HEADER);
        program.place(unlock);
        program.call("let others read it", Syscall.FLOCK, number, Operand.of(Fcntl.LOCK_UN))
                .ignoreFailure();
        program.go(done);
    }
}
