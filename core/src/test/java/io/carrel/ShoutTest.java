package io.carrel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.outcome.ExitStatus;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers that wait for each other, and then print at once, each more than a pipe holds on both streams. */
@Tag("kernel")
class ShoutTest {

    private static final int LINES = 20_000;
    private static final String SHOUT =
            "read go; seq -f \"$0 %.0f\" LINES & seq -f \"$0! %.0f\" LINES >&2; wait".replace("LINES", "" + LINES);

    private static Container shouting(int number) {
        return Container.builder()
                .command("sh", "-c", SHOUT, Integer.toString(number))
                .build();
    }

    private static byte[] expected(String name) {
        return IntStream.rangeClosed(1, LINES)
                .mapToObj(line -> name + " " + line + "\n")
                .collect(Collectors.joining())
                .getBytes(UTF_8);
    }

    @Test
    void twentyLoseNothing() throws Exception {
        assertThatNothingIsLost(20);
    }

    @Test
    @Tag("long")
    void aHundredLoseNothing() throws Exception {
        assertThatNothingIsLost(100);
    }

    private record Heard(Future<byte[]> output, Future<byte[]> error) {}

    private static void assertThatNothingIsLost(int many) throws Exception {
        ExecutorService readers = Executors.newCachedThreadPool();
        List<ContainerProcess> all = new ArrayList<>();
        try {
            List<Heard> heard = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                ContainerProcess process = shouting(i).start();
                all.add(process);
                heard.add(new Heard(
                        readers.submit(() -> read(process.getInputStream())),
                        readers.submit(() -> read(process.getErrorStream()))));
            }
            for (ContainerProcess each : all) {
                try (OutputStream input = each.getOutputStream()) {
                    input.write('\n');
                }
            }
            for (int i = 0; i < many; i++) {
                assertThat(heard.get(i).output.get()).isEqualTo(expected(Integer.toString(i)));
                assertThat(heard.get(i).error.get()).isEqualTo(expected(i + "!"));
                assertThat(all.get(i).awaitExit()).isEqualTo(new ExitStatus.Exited(0));
            }
        } finally {
            all.forEach(ContainerProcess::close);
            readers.shutdownNow();
        }
    }

    private static byte[] read(InputStream stream) throws Exception {
        return stream.readAllBytes();
    }
}
