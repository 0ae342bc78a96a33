package io.carrel.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What all benchmarks have: contestants, and one invocation that lets each of them have its turn. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public abstract class ContestState {

    /** The contestants, as {@link Way#format} writes them. */
    @Param("CARREL")
    public String ways = "";

    private Contest contest = Contest.none();

    /** What the contestants run. */
    abstract Payload payload();

    final Contest contest() {
        return contest;
    }

    /** Opens the contestants. */
    @Setup
    public void open() {
        contest = Contest.of(Way.parse(ways), payload());
    }

    /** Removes what the contestants left. */
    @TearDown
    public void close() {
        contest.close();
    }
}
