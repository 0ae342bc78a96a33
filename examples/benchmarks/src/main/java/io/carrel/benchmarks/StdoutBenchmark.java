package io.carrel.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import org.openjdk.jmh.annotations.Benchmark;

/** One gibibyte through standard output, read as fast as the JVM can. */
public class StdoutBenchmark extends ContestState {

    static final int MEBIBYTES = 1024;

    private final byte[] buffer = new byte[64 << 10];

    @Override
    Payload payload() {
        return Payload.zeroes(MEBIBYTES);
    }

    /** Each contestant once. */
    @Benchmark
    public void round() {
        contest().round((way, contestant) -> {
            long begin = System.nanoTime();
            Process process = contestant.start();
            long bytes = readAll(process.getInputStream());
            int code = process.waitFor();
            Samples.time(way.name(), System.nanoTime() - begin);
            Contest.end(process);
            if (code != 0 || bytes != (long) MEBIBYTES << 20) {
                throw new IllegalStateException(way.label() + " gave " + bytes + " bytes and exit code " + code);
            }
        });
    }

    private long readAll(InputStream stream) throws IOException {
        long bytes = 0;
        for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
            bytes += read;
        }
        return bytes;
    }
}
