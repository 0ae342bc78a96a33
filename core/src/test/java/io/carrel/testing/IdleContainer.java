package io.carrel.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.ContainerExec;
import io.carrel.ContainerProcess;
import java.io.IOException;

/** A container that waits until its input ends, for what is executed in it. */
public final class IdleContainer {

    private IdleContainer() {}

    /** One with the defaults, which waits already. */
    public static ContainerProcess start() throws IOException {
        return start(Container.builder());
    }

    /** Another one. */
    public static ContainerProcess start(ContainerBuilder builder) throws IOException {
        ContainerProcess container = builder.command("sh", "-c", "echo ready; cat > /dev/null")
                .build()
                .start();
        assertThat(container.getInputStream().read()).isEqualTo('r');
        return container;
    }

    /** All that is printed. */
    public static String output(ContainerExec exec) throws IOException {
        try (exec) {
            return new String(exec.getInputStream().readAllBytes(), UTF_8);
        }
    }
}
