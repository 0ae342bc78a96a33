package io.carrel.linux.launch;

import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.linux.uapi.Waiting;
import java.time.Duration;

/**
 * Where one process of a program waits until another has come so far: a word in their common memory, and futexes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex(2)</a>
 */
public final class Barrier {

    /** A process whose partner was killed must not wait forever. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LAST_CHANCE = Duration.ofSeconds(1);

    private static final int GIVEN_UP = -1;

    private final ProgramBuilder program;
    private final Label failed;
    private final Label quit;
    private final String purpose;
    private final Data word;

    Barrier(ProgramBuilder program, Label failed, Label quit, String purpose) {
        this.program = program;
        this.failed = failed;
        this.quit = quit;
        this.purpose = purpose;
        word = Data.words(purpose.replace(' ', '_'), 1);
    }

    /** Lets the other process go on. */
    public void open() {
        program.set(word.address(), 1);
        wake();
    }

    /** Lets the other process go on, with what the last call returned, which must be positive. */
    public void open(ProgramBuilder.Call lastCall) {
        lastCall.storeTo(word.address());
        wake();
    }

    /** Lets the other process go on, with what a word of the program's holds, which must be positive. */
    public void open(Operand.Address value) {
        program.add(value, 0, word.address());
        wake();
    }

    /**
     * Waits until it is open. A process that gave up ends this one as well.
     *
     * <p>If the word changes before the kernel looks, the wait fails. That must not hide what failed elsewhere from the
     * report, which all processes share; so only a second wait, after one in vain, is told of.
     */
    public void await() {
        Label look = new Label("look");
        Label go = new Label("go");
        program.place(look);
        program.ifEqual(word.address(), GIVEN_UP, quit);
        program.ifPositive(word.address(), go);
        sleep(PATIENCE).onZero(look).ignoreFailure();
        Label inVain = new Label("in vain");
        program.ifEqual(word.address(), 0, inVain);
        program.go(look);
        program.place(inVain);
        Label told = new Label("told");
        sleep(LAST_CHANCE).onFailure(told);
        program.place(told);
        program.ifEqual(word.address(), 0, failed);
        program.go(look);
        program.place(go);
    }

    /** Until the word is not 0, or the time is over. */
    private ProgramBuilder.Call sleep(Duration longest) {
        Data time = Data.struct(
                "{%ds}".formatted(longest.toSeconds()),
                Struct.ofSize(16).u64(longest.toSeconds()).toBytes());
        return program.call(
                "wait for " + purpose,
                Syscall.FUTEX,
                word.address(),
                Operand.of(Waiting.FUTEX_WAIT),
                Operand.of(0),
                time.address());
    }

    /** Does the same, and makes what the other process passed an argument of later calls. */
    public Operand await(String name) {
        await();
        return program.load(word.address(), name);
    }

    /** After a failure of either process: the other one need not wait any longer. */
    void giveUp() {
        program.set(word.address(), GIVEN_UP);
        wake();
    }

    private void wake() {
        program.call(
                "go on after " + purpose, Syscall.FUTEX, word.address(), Operand.of(Waiting.FUTEX_WAKE), Operand.of(1));
    }
}
