package io.carrel.linux.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carrel.linux.testing.Golden;
import io.carrel.linux.uapi.Fcntl;
import io.carrel.linux.uapi.Syscall;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs as their listings show them: what is not shown is "go on with the next instruction, on failure end". */
class ProgramBuilderTest {

    private static final Operand ZERO = Operand.of(0);

    private final ProgramBuilder program = new ProgramBuilder();
    private final Label failed = new Label("failed");

    ProgramBuilderTest() {
        program.section("main", failed);
    }

    private String listing() {
        program.place(failed);
        program.section("failure", failed);
        program.call("end", Syscall.EXIT_GROUP, Operand.of(1));
        return program.build().toString();
    }

    @Test
    void goesOnAfterSuccessAndToTheSectionsLabelAfterFailure() {
        program.call("find the own pid", Syscall.GETPID);
        assertThat(listing()).startsWith("main:\n   0  getpid() fail:1\n");
    }

    @Test
    void goesWhereACallSays() {
        Label zero = new Label("zero");
        Label positive = new Label("positive");
        program.call("read", Syscall.READ, ZERO, ZERO, ZERO).onZero(zero).onPositive(positive);
        program.call("find the own pid", Syscall.GETPID);
        program.place(zero);
        program.call("umask", Syscall.UMASK, ZERO);
        program.place(positive);
        program.call("setsid", Syscall.SETSID).onFailure(zero);
        assertThat(listing())
                .contains("   0  read(0, 0, 0) next:3 zero:2 fail:4\n")
                .contains("   3  setsid() fail:2\n");
    }

    @Test
    void zeroIsNotPositive() {
        Label positive = new Label("positive");
        program.call("clone", Syscall.CLONE).onPositive(positive);
        program.call("find the own pid", Syscall.GETPID);
        program.place(positive);
        assertThat(listing()).contains("   0  clone() next:2 zero:1 fail:2\n");
    }

    @Test
    void anIgnoredFailureGoesOn() {
        program.call("close", Syscall.CLOSE, ZERO).ignoreFailure();
        program.call("find the own pid", Syscall.GETPID);
        assertThat(listing()).contains("   0  close(0) fail:1\n   1  getpid()");
    }

    @Test
    void anIgnoredFailureIsNotTakenForAPositiveResult() {
        Label positive = new Label("positive");
        program.call("read", Syscall.READ, ZERO).onPositive(positive).ignoreFailure();
        program.call("find the own pid", Syscall.GETPID);
        program.place(positive);
        assertThat(listing()).contains("   0  read(0) next:2 zero:1 fail:1\n");
    }

    @Test
    void anIgnoredFailureThatIsCopiedIsNotTakenForAPositiveResult() {
        Label positive = new Label("positive");
        program.call("read", Syscall.READ, ZERO)
                .storeTo(Data.words("one", 1).address())
                .storeTo(Data.words("two", 1).address())
                .onPositive(positive)
                .ignoreFailure();
        program.call("find the own pid", Syscall.GETPID);
        program.place(positive);
        assertThat(listing()).contains("   1  ADD(one, 0) -> two next:3 zero:2 fail:2\n");
    }

    @Test
    void aResultIsStoredIntoTheArgumentThatUsesIt() {
        Operand.Result pid = program.call("find the own pid", Syscall.GETPID).result("PID");
        program.call("signal", Syscall.KILL, pid, ZERO);
        assertThat(listing()).contains("   0  getpid() -> argument 0 of 1 fail:2\n   1  kill(PID, 0) fail:2\n");
    }

    @Test
    void aResultIsCopiedToEachFurtherPlace() {
        Data word = Data.words("word", 1);
        ProgramBuilder.Call open = program.call("open", Syscall.OPENAT).storeTo(word.address());
        Operand.Result fd = open.result("FD");
        program.call("write", Syscall.WRITE, fd);
        program.call("close", Syscall.CLOSE, fd);
        assertThat(listing()).startsWith("""
                        main:
                           0  openat() -> word fail:5
                           1  ADD(word, 0) -> argument 0 of 3 fail:2
                           2  ADD(word, 0) -> argument 0 of 4 fail:3
                           3  write(FD) fail:5
                           4  close(FD) fail:5
                        """);
    }

    @Test
    void aLabelLeadsToTheCallAndNotToItsCopies() {
        Label again = new Label("again");
        program.call("find the own pid", Syscall.GETPID)
                .storeTo(Data.words("one", 1).address())
                .storeTo(Data.words("two", 1).address());
        program.place(again);
        program.call("umask", Syscall.UMASK, ZERO).onZero(again);
        assertThat(listing()).contains("   2  umask(0) zero:2 fail:3\n");
    }

    @Test
    void aLabelMayBePlacedOnce() {
        program.place(failed);
        assertThatThrownBy(() -> program.place(failed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("label failed is placed twice");
    }

    @Test
    void aLabelMustBePlaced() {
        program.call("find the own pid", Syscall.GETPID);
        assertThatThrownBy(program::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("label failed is never placed");
    }

    @Test
    void labelsWithTheSameNameAreDifferent() {
        program.place(new Label("loop"));
        program.place(new Label("loop"));
        program.go(failed);
        assertThat(listing()).startsWith("main:\n   0  ADD(zero, 0)");
    }

    @Test
    void aResultMustBeProduced() {
        Operand.Result foreign =
                new ProgramBuilder().call("find the own pid", Syscall.GETPID).result("PID");
        program.call("signal", Syscall.KILL, foreign, ZERO);
        assertThatThrownBy(this::listing)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nothing produces PID");
    }

    @Test
    void aCallHasAtMostSixArguments() {
        Operand[] seven = Collections.nCopies(7, ZERO).toArray(Operand[]::new);
        assertThatThrownBy(() -> program.call("wait", Syscall.FUTEX, seven))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("wait has more than six arguments");
    }

    @Test
    void theListingShowsEveryInstructionWithItsBranches() throws IOException {
        Data pair = Data.words("pair", 1);
        Data count = Data.word("count", 3);
        Label loop = new Label("loop");
        Label done = new Label("done");
        program.call("make a pipe", Syscall.PIPE2, pair.address(), Operand.of(Fcntl.O_CLOEXEC.or(Fcntl.O_NONBLOCK)));
        program.and(pair.address(), 0xffffffffL, pair.address());
        program.shiftRight(pair.address(), 32, pair.address());
        program.place(loop);
        program.ifEqual(count.address(), 0, done);
        program.ifPositive(count.address(), done);
        program.add(count.address(), -1, count.address());
        program.go(loop);
        program.place(done);
        program.set(program.report(Report.PHASE), 2);
        Operand.Result writeEnd = program.load(pair.address(), "WRITE_END");
        program.call("write", Syscall.WRITE, writeEnd, Operand.text("hello\n"), Operand.of(6))
                .ignoreFailure();
        program.call(
                "execute",
                Syscall.EXECVE,
                Operand.text("/bin/ls"),
                Data.vector(List.of("ls", "-l")).address(),
                Operand.none());
        Golden.assertMatches("listing.txt", listing());
    }
}
