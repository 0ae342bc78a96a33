package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.log.LogFormat;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;

/**
 * The steps by which a detached init writes what the command says into its log, as {@link LogFormat} has it: the text,
 * and then what makes it a frame. From a pipe the kernel moves it by itself; from a terminal it goes through memory
 * that the init maps.
 *
 * <p>What cannot be written, for want of room for example, is lost and counted; the command is never held up for long.
 */
final class LogSteps {

    /** Behind the {@link ExecArea}, for which the same page of page tables serves. */
    private static final long BUFFER = 0x1020000;

    private static final int BUFFER_SIZE = 4 * 1024;

    private final ProgramBuilder program;
    private final Data position;
    private final Data source = Data.words("source", 1);
    private final Data stream = Data.words("stream", 1);
    private final Data length = Data.words("length", 1);
    private final Data text = Data.words("text", 1);
    private final Data frame = Data.words("frame", LogFormat.FRAME_HEADER / Long.BYTES);
    private final Data file = Data.struct("{LOG_MAGIC, SEQUENCE, KEY}", LogFormat.fileHeader(0, 0));
    private final Label relay = new Label("relay");
    private final Label drop = new Label("drop");
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
        Label buffered = new Label("by memory");
        Label moved = new Label("moved");
        Label notMoved = new Label("not moved");
        program.place(relay);
        program.add(position.at(Detachment.OFFSET), LogFormat.FRAME_HEADER, text.address());
        program.call(
                        "move what the command says into the log",
                        Syscall.SPLICE,
                        program.load(source.address(), "STREAM"),
                        Operand.none(),
                        program.load(position.at(Detachment.CURRENT), "LOG"),
                        text.address(),
                        Operand.of(LogFormat.LONGEST_TEXT),
                        Operand.of(Fcntl.SPLICE_F_MOVE.or(Fcntl.SPLICE_F_NONBLOCK)))
                .storeTo(length.address())
                .onZero(atEnd)
                .onFailure(notMoved);
        program.place(moved);
        finishFrame(done);
        advance(done);
        rotate(done);
        program.place(notMoved);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), done);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EINVAL.number(), buffered);
        program.go(drop);
        program.place(buffered);
        moveByMemory(moved, done, atEnd);
        drop(done);
    }

    /** A terminal, or a file system that cannot take pages. */
    private void moveByMemory(Label moved, Label done, Label atEnd) {
        Label unreadable = new Label("unreadable");
        Label lost = new Label("lost");
        program.call(
                        "read what the command says",
                        Syscall.READ,
                        program.load(source.address(), "STREAM"),
                        MapSteps.place(BUFFER),
                        Operand.of(BUFFER_SIZE))
                .storeTo(length.address())
                .onZero(atEnd)
                .onFailure(unreadable);
        Data written = Data.words("written", 1);
        program.call(
                        "write it into the log",
                        Syscall.PWRITE64,
                        program.load(position.at(Detachment.CURRENT), "LOG"),
                        MapSteps.place(BUFFER),
                        program.load(length.address(), "LENGTH"),
                        program.load(text.address(), "OFFSET"))
                .storeTo(written.address())
                .onZero(lost)
                .onFailure(lost);
        program.ifSame(written.address(), program.load(length.address(), "LENGTH"), moved);
        program.place(lost);
        count(done);
        program.place(unreadable);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EAGAIN.number(), done);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EINTR.number(), done);
        program.go(atEnd);
    }

    /** The command must not be held up. */
    private void drop(Label done) {
        program.place(drop);
        program.call(
                        "drop what cannot be written",
                        Syscall.SPLICE,
                        program.load(source.address(), "STREAM"),
                        Operand.none(),
                        Operand.of(DetachedNumbers.NULL),
                        Operand.none(),
                        Operand.of(LogFormat.LONGEST_TEXT),
                        Operand.of(Fcntl.SPLICE_F_NONBLOCK))
                .storeTo(length.address())
                .onZero(done)
                .onFailure(done);
        count(done);
    }

    private void count(Label done) {
        program.add(lost(), program.load(length.address(), "LENGTH"), lost());
        program.go(done);
    }

    private void finishFrame(Label done) {
        Data written = Data.words("written", 1);
        Label isThere = new Label("frame is there");
        Label lost = new Label("frame is lost");
        program.add(stream.address(), program.load(length.address(), "LENGTH"), frame.at(LogFormat.LENGTH));
        program.add(position.at(Detachment.KEY), 0, frame.at(LogFormat.FRAME_KEY));
        program.call(
                        "see what time it is",
                        Syscall.CLOCK_GETTIME,
                        Operand.of(Waiting.CLOCK_REALTIME),
                        frame.at(LogFormat.SECONDS))
                .ignoreFailure();
        program.call(
                        "make it a frame of the log",
                        Syscall.PWRITE64,
                        program.load(position.at(Detachment.CURRENT), "LOG"),
                        frame.address(),
                        Operand.of(LogFormat.FRAME_HEADER),
                        program.load(position.at(Detachment.OFFSET), "OFFSET"))
                .storeTo(written.address())
                .onZero(lost)
                .onFailure(lost);
        program.ifEqual(written.address(), LogFormat.FRAME_HEADER, isThere);
        program.place(lost);
        count(done);
        program.place(isThere);
    }

    private void advance(Label done) {
        Operand.Address offset = position.at(Detachment.OFFSET);
        program.add(offset, program.load(length.address(), "LENGTH"), offset);
        program.add(offset, LogFormat.FRAME_HEADER, offset);
        program.compare(position.at(Detachment.OFFSET), program.load(position.at(Detachment.LIMIT), "LIMIT"))
                .onZero(rotate)
                .onPositive(rotate)
                .onFailure(done);
    }

    /**
     * The next file is begun again, unless somebody reads it just then: he locks it. The file may grow meanwhile, but
     * not for ever.
     */
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
        program.call(
                        "give back by what the oldest file of the log has grown",
                        Syscall.FTRUNCATE,
                        number,
                        program.load(position.at(Detachment.LIMIT), "LIMIT"))
                .ignoreFailure();
        beginFile(next, number, unlock);
        program.place(unlock);
        program.call("let others read it", Syscall.FLOCK, number, Operand.of(Fcntl.LOCK_UN))
                .ignoreFailure();
        program.go(done);
    }

    /** The file of this number becomes the current one. */
    private void beginFile(Data next, Operand number, Label unlock) {
        program.add(position.at(Detachment.SEQUENCE), 1, file.at(LogFormat.SEQUENCE));
        program.add(position.at(Detachment.KEY), 1, file.at(LogFormat.FILE_KEY));
        program.call(
                        "begin a file of the log",
                        Syscall.PWRITE64,
                        number,
                        file.address(),
                        Operand.of(LogFormat.FILE_HEADER),
                        Operand.of(0))
                .onFailure(unlock);
        program.add(file.at(LogFormat.SEQUENCE), 0, position.at(Detachment.SEQUENCE));
        program.add(file.at(LogFormat.FILE_KEY), 0, position.at(Detachment.KEY));
        program.add(next.address(), 0, position.at(Detachment.CURRENT));
        program.set(position.at(Detachment.OFFSET), LogFormat.FILE_HEADER);
    }
}
