package io.carrel.linux.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.Errno;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Processor;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What programs do when they run, the same on each processor. They report through standard output and the exit code.
 */
@Tag("kernel")
abstract class InterpreterContract {

    private static final Operand STDOUT = Operand.of(1);
    private static final long NO_DESCRIPTOR = 0x7fffffff;

    private final Processor processor;
    private final ProgramBuilder program = new ProgramBuilder();
    private final Label failed = new Label("failed");

    InterpreterContract(Processor processor) {
        this.processor = processor;
        program.section("test", failed);
    }

    /** Ends the program and runs it; a failed call ends it with exit code 99. */
    private ElfRun run() throws IOException, InterruptedException {
        exit(0);
        program.place(failed);
        exit(99);
        return ElfRun.of(program.build(), processor);
    }

    /** The same, and returns what the words held at the end. */
    private List<Long> runFor(Data words) throws IOException, InterruptedException {
        program.call("show the words", Syscall.WRITE, STDOUT, words.address(), Operand.of(words.size()));
        ElfRun run = run();
        assertThat(run.exitValue()).isZero();
        return run.words();
    }

    private void exit(int code) {
        program.call("end", Syscall.EXIT_GROUP, Operand.of(code));
    }

    private void print(String text) {
        program.call("print", Syscall.WRITE, STDOUT, Operand.text(text), Operand.of(text.length()));
    }

    @Test
    void makesACallWithItsArguments() throws Exception {
        print("hello");
        assertThat(run().text()).isEqualTo("hello");
    }

    @Test
    void makesCallsInOrder() throws Exception {
        print("one ");
        print("two ");
        print("three");
        assertThat(run().text()).isEqualTo("one two three");
    }

    @Test
    void passesTheExitCodeOn() throws Exception {
        exit(17);
        assertThat(run().exitValue()).isEqualTo(17);
    }

    @ParameterizedTest
    @CsvSource({"7, 0, 0, 0", "8, 0, 0, -11", "7, -1, 0, -22", "7, 0, 2, -22"})
    void passesAllSixArguments(int expected, int toRequeue, int misalignment, int result) throws Exception {
        Data futex = Data.word("futex", 7);
        Data other = Data.words("other", 2);
        Data out = Data.words("out", 1);
        Operand compareAndRequeue = Operand.of(new Constant("FUTEX_CMP_REQUEUE", 4));
        program.call(
                        "requeue nobody if the word is as expected",
                        Syscall.FUTEX,
                        futex.address(),
                        compareAndRequeue,
                        Operand.of(0),
                        Operand.of(toRequeue),
                        other.at(misalignment),
                        Operand.of(expected))
                .storeTo(out.address())
                .ignoreFailure();
        assertThat(runFor(out)).containsExactly((long) result);
    }

    @ParameterizedTest
    @CsvSource({
        "40, 2, 42",
        "1, -3, -2",
        "-1, 1, 0",
        "4294967295, 1, 4294967296",
        "9223372036854775807, 1, -9223372036854775808",
        "0, 6148914691236517205, 6148914691236517205",
    })
    void adds(long word, long addend, long sum) throws Exception {
        Data out = Data.words("out", 1);
        program.add(Data.word("word", word).address(), addend, out.address());
        assertThat(runFor(out)).containsExactly(sum);
    }

    @ParameterizedTest
    @CsvSource({"42, 42, true", "42, 41, false", "-1, 1, false", "1, 4294967297, false"})
    void compares(long word, long other, boolean same) throws Exception {
        Data out = Data.words("out", 1);
        Label equal = new Label("equal");
        Label end = new Label("end");
        program.ifSame(
                Data.word("word", word).address(),
                program.load(Data.word("other", other).address(), "OTHER"),
                equal);
        program.go(end);
        program.place(equal);
        program.set(out.address(), 1);
        program.place(end);
        assertThat(runFor(out)).containsExactly(same ? 1L : 0L);
    }

    @ParameterizedTest
    @CsvSource({"8, 22", "16, 0"})
    void loadsFromAnAddressThatAWordHolds(int offset, long expected) throws Exception {
        Data out = Data.word("out", -1);
        Data table =
                Data.struct("table", Struct.ofSize(24).u64(11).u64(22).u64(0).toBytes());
        Data pointer = Data.struct("pointer", new byte[Long.BYTES], Map.of(0, table.at(offset)));
        Label zero = new Label("zero");
        program.loadAt(program.load(pointer.address(), "POINTER"), out.address(), zero);
        program.add(out.address(), 0, out.address());
        program.place(zero);
        assertThat(runFor(out)).containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "255, 60, 60",
        "-1, 4294967295, 4294967295",
        "12, 3, 0",
        "-1, -9223372036854775808, -9223372036854775808"
    })
    void masks(long word, long mask, long result) throws Exception {
        Data out = Data.word("out", 77);
        program.and(Data.word("word", word).address(), mask, out.address());
        assertThat(runFor(out)).containsExactly(result);
    }

    @ParameterizedTest
    @CsvSource({"256, 8, 1", "7, 0, 7", "-1, 32, 4294967295", "-1, 63, 1", "1, 1, 0"})
    void shiftsZeroesInFromTheLeft(long word, long bits, long result) throws Exception {
        Data out = Data.word("out", 77);
        program.shiftRight(Data.word("word", word).address(), bits, out.address());
        assertThat(runFor(out)).containsExactly(result);
    }

    @Test
    void setsAWord() throws Exception {
        Data out = Data.words("out", 2);
        program.set(out.at(8), -5);
        assertThat(runFor(out)).containsExactly(0L, -5L);
    }

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, failure",
        "-1, failure",
        "0, zero",
        "1, positive",
        "9223372036854775807, positive"
    })
    void branchesOnTheSignOfAComputedResult(long word, String branch) throws Exception {
        Labels labels = new Labels();
        labels.attach(program.add(
                Data.word("word", word).address(), 0, Data.words("out", 1).address()));
        labels.print();
        assertThat(run().text()).isEqualTo(branch);
    }

    @Test
    void branchesOnAPositiveResultOfACall() throws Exception {
        Labels labels = new Labels();
        labels.attach(program.call("find the own pid", Syscall.GETPID));
        labels.print();
        assertThat(run().text()).isEqualTo("positive");
    }

    @Test
    void branchesOnAZeroResultOfACall() throws Exception {
        Labels labels = new Labels();
        labels.attach(program.call("enter the root", Syscall.CHDIR, Operand.text("/")));
        labels.print();
        assertThat(run().text()).isEqualTo("zero");
    }

    @Test
    void branchesOnAFailureOfACall() throws Exception {
        Labels labels = new Labels();
        labels.attach(program.call("close nothing", Syscall.CLOSE, Operand.of(NO_DESCRIPTOR)));
        labels.print();
        assertThat(run().text()).isEqualTo("failure");
    }

    @ParameterizedTest
    @CsvSource({"5, 5, equal", "5, 4, different", "4, 5, different", "-1, -1, equal", "0, 0, equal", "1, -1, different"
    })
    void comparesAWord(long word, long value, String result) throws Exception {
        Label equal = new Label("equal");
        program.ifEqual(Data.word("word", word).address(), value, equal);
        print("different");
        exit(0);
        program.place(equal);
        print("equal");
        assertThat(run().text()).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({"1, positive", "0, not", "-1, not"})
    void findsOutWhetherAWordIsPositive(long word, String result) throws Exception {
        Label positive = new Label("positive");
        program.ifPositive(Data.word("word", word).address(), positive);
        print("not");
        exit(0);
        program.place(positive);
        print("positive");
        assertThat(run().text()).isEqualTo(result);
    }

    @Test
    void jumps() throws Exception {
        Label end = new Label("end");
        program.go(end);
        print("jumped over");
        program.place(end);
        print("end");
        assertThat(run().text()).isEqualTo("end");
    }

    @Test
    void loops() throws Exception {
        Data count = Data.word("count", 5);
        Label loop = new Label("loop");
        program.place(loop);
        print(".");
        program.add(count.address(), -1, count.address()).onPositive(loop);
        print("!");
        assertThat(run().text()).isEqualTo(".....!");
    }

    @Test
    void givesAResultToLaterCallsAndToWords() throws Exception {
        Data out = Data.words("out", 2);
        ProgramBuilder.Call duplicate = program.call(
                        "duplicate standard output",
                        Syscall.FCNTL,
                        STDOUT,
                        Operand.of(Fcntl.F_DUPFD_CLOEXEC),
                        Operand.of(77))
                .storeTo(out.at(0))
                .storeTo(out.at(8));
        Operand.Result copy = duplicate.result("COPY");
        program.call("write to the copy", Syscall.WRITE, copy, out.address(), Operand.of(out.size()));
        program.call("close the copy", Syscall.CLOSE, copy);
        ElfRun run = run();
        assertThat(run.exitValue()).isZero();
        assertThat(run.words()).containsExactly(77L, 77L);
    }

    @Test
    void givesAFailedResultToEveryPlaceIfTheFailureIsIgnored() throws Exception {
        Data out = Data.words("out", 2);
        program.call("close nothing", Syscall.CLOSE, Operand.of(NO_DESCRIPTOR))
                .storeTo(out.at(0))
                .storeTo(out.at(8))
                .ignoreFailure();
        assertThat(runFor(out)).containsExactly(-9L, -9L);
    }

    @Test
    void givesAZeroResultToEveryPlace() throws Exception {
        Data out = Data.struct("out", new byte[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
        program.call("enter the root", Syscall.CHDIR, Operand.text("/"))
                .storeTo(out.at(0))
                .storeTo(out.at(8));
        assertThat(runFor(out)).containsExactly(0L, 0L);
    }

    @Test
    void takesThePairOfAPipeApart() throws Exception {
        Data pair = Data.words("pair", 1);
        Data ends = Data.words("ends", 2);
        Data buffer = Data.words("buffer", 1);
        program.call("make a pipe", Syscall.PIPE2, pair.address(), Operand.of(0));
        program.and(pair.address(), 0xffffffffL, ends.at(0));
        program.shiftRight(pair.address(), 32, ends.at(8));
        Operand readEnd = program.load(ends.at(0), "READ_END");
        Operand writeEnd = program.load(ends.at(8), "WRITE_END");
        program.call("write", Syscall.WRITE, writeEnd, Operand.text("piped"), Operand.of(5));
        Operand.Result count = program.call("read", Syscall.READ, readEnd, buffer.address(), Operand.of(8))
                .result("COUNT");
        program.call("print", Syscall.WRITE, STDOUT, buffer.address(), count);
        assertThat(run().text()).isEqualTo("piped");
    }

    @Test
    void followsThePointersOfAVector() throws Exception {
        Data vector = Data.vector(List.of("first", "second"));
        Operand second = program.load(vector.at(8), "SECOND");
        program.call("print", Syscall.WRITE, STDOUT, second, Operand.of(6));
        assertThat(run().text()).isEqualTo("second");
    }

    @Test
    void notesWhichCallFailedAndWhy() throws Exception {
        Label report = new Label("report");
        program.call("close nothing", Syscall.CLOSE, Operand.of(NO_DESCRIPTOR)).onFailure(report);
        program.place(report);
        program.call("show the report", Syscall.WRITE, STDOUT, program.report(0), Operand.of(16));
        List<Long> noted = run().words();
        assertThat(program.build().stepAt(noted.get(0)).map(Step::reason)).contains("close nothing");
        assertThat(noted.get(1)).isEqualTo(-Errno.named("EBADF").number());
    }

    @Test
    void notesNothingForAFailureThatIsIgnored() throws Exception {
        program.call("close nothing", Syscall.CLOSE, Operand.of(NO_DESCRIPTOR)).ignoreFailure();
        program.call("show the report", Syscall.WRITE, STDOUT, program.report(0), Operand.of(16));
        assertThat(run().words()).containsExactly(0L, 0L);
    }

    @Test
    void notesNothingForANegativeSum() throws Exception {
        program.add(Data.word("word", -7).address(), 0, Data.words("out", 1).address());
        program.call("show the report", Syscall.WRITE, STDOUT, program.report(0), Operand.of(16));
        assertThat(run().words()).containsExactly(0L, 0L);
    }

    @Test
    void goesToTheSectionsLabelAfterAFailure() throws Exception {
        program.call("close nothing", Syscall.CLOSE, Operand.of(NO_DESCRIPTOR));
        assertThat(run().exitValue()).isEqualTo(99);
    }

    @Test
    void aStepMadeToFailFailsWithEnosys() throws Exception {
        Data out = Data.words("out", 1);
        program.call("enter the root", Syscall.CHDIR, Operand.text("/"))
                .storeTo(out.address())
                .ignoreFailure();
        program.call("show the result", Syscall.WRITE, STDOUT, out.address(), Operand.of(8));
        exit(0);
        program.place(failed);
        exit(99);
        ElfRun run = ElfRun.of(program.build().withFailingStep(0), processor);
        assertThat(run.words()).containsExactly((long) -Errno.ENOSYS.number());
    }

    @Test
    void maySignalItself() throws Exception {
        Operand self = program.call("find the own pid", Syscall.GETPID).result("SELF");
        program.call("terminate itself", Syscall.KILL, self, Operand.of(15));
        assertThat(run().exitValue()).isEqualTo(128 + 15);
    }

    /** One label for each branch of a call, and what each prints. */
    private final class Labels {
        private final Label positive = new Label("positive");
        private final Label zero = new Label("zero");
        private final Label failure = new Label("failure");

        void attach(ProgramBuilder.Call call) {
            call.onPositive(positive).onZero(zero).onFailure(failure);
        }

        void print() {
            for (Label label : List.of(positive, zero, failure)) {
                program.place(label);
                InterpreterContract.this.print(label.toString());
                exit(0);
            }
        }
    }
}
