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
 * Where one process of a program waits until another has done its part: a word in their common memory, and futexes.
 * There are two doors: the launcher waits for the cloned process to knock, which waits for the launcher to open.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/futex.2.html">futex(2)</a>
 */
public final class Gate {

    /** A process whose partner was killed must not wait forever. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int GIVEN_UP = -1;

    private final ProgramBuilder program;
    private final Label failed;
    private final Label quit;
    private final Data knocked = Data.words("knocked", 1);
    private final Data opened = Data.words("opened", 1);
    private boolean used;

    Gate(ProgramBuilder program, Label failed, Label quit) {
        this.program = program;
        this.failed = failed;
        this.quit = quit;
    }

    /** Says that this process has come so far; {@code value} is positive, and what the other process gets. */
    public void knock(ProgramBuilder.Call producer) {
        used = true;
        producer.storeTo(knocked.address());
        wake("let the launcher go on", knocked);
    }

    /** Waits for {@link #knock} and returns its value. */
    public Operand awaitKnock(String name) {
        await("wait for the container's first process", knocked);
        return program.load(knocked.address(), name);
    }

    /** Lets the other process go on. */
    public void open() {
        program.set(opened.address(), 1);
        wake("let the container's first process go on", opened);
    }

    /** Waits for {@link #open}. */
    public void awaitOpen() {
        await("wait for the launcher", opened);
    }

    private void await(String step, Data word) {
        Label look = new Label("look");
        Label lookAgain = new Label("look again");
        Label go = new Label("go");
        program.place(look);
        program.ifEqual(word.address(), GIVEN_UP, quit);
        program.ifPositive(word.address(), go);
        program.call(
                        step,
                        Syscall.FUTEX,
                        word.address(),
                        Operand.of(Waiting.FUTEX_WAIT),
                        Operand.of(0),
                        Data.struct(
                                        "{30s}",
                                        Struct.ofSize(16)
                                                .u64(PATIENCE.toSeconds())
                                                .toBytes())
                                .address())
                .onZero(look)
                .onFailure(lookAgain);
        program.place(lookAgain);
        program.ifEqual(word.address(), 0, failed);
        program.go(look);
        program.place(go);
    }

    /** After a failure of either process: the other one need not wait any longer. */
    void giveUp() {
        if (used) {
            for (Data word : new Data[] {knocked, opened}) {
                program.set(word.address(), GIVEN_UP);
                wake("let the other process end", word);
            }
        }
    }

    private void wake(String step, Data word) {
        program.call(step, Syscall.FUTEX, word.address(), Operand.of(Waiting.FUTEX_WAKE), Operand.of(1));
    }
}
