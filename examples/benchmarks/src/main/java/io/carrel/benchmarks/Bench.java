package io.carrel.benchmarks;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.WarmupMode;

/** Runs benchmarks with JMH. What JMH prints goes to a file, as the table shows the results. */
final class Bench {

    private final Options options;

    Bench(Options options) {
        this.options = options;
    }

    /** The full number, or the one for a quick run. */
    int choose(int full, int quick) {
        return options.quick() ? quick : full;
    }

    /**
     * One benchmark.
     *
     * @param name of the files with its log and results
     * @param rounds how many a fork measures, after {@code warmup} others
     * @param settings for JMH, the parameters for example
     */
    Collection<RunResult> run(
            String name, Class<?> benchmark, List<Way> ways, int forks, int warmup, int rounds, Settings settings)
            throws RunnerException {
        ChainedOptionsBuilder builder = new OptionsBuilder()
                .include("^" + benchmark.getName() + "\\.")
                .param("ways", Way.format(ways))
                .forks(forks)
                .warmupIterations(warmup)
                .warmupMode(WarmupMode.INDI)
                .measurementIterations(rounds)
                .timeout(TimeValue.minutes(10))
                .shouldFailOnError(true)
                .addProfiler(Samples.class)
                .output(file(name + ".log").toString())
                .resultFormat(ResultFormatType.JSON)
                .result(file(name + ".json").toString());
        if (options.generated()) {
            builder.jvmArgsAppend("-D" + Payload.GENERATED + "=true");
        }
        settings.apply(builder);
        return new Runner(builder.build()).run();
    }

    /** More options of one benchmark. */
    interface Settings {
        void apply(ChainedOptionsBuilder builder);
    }

    private Path file(String name) {
        return options.output().resolve(name);
    }
}
