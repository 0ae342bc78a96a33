package io.carrel.benchmarks;

import io.carrel.Container;
import io.carrel.ContainerBuilder;
import io.carrel.ContainerProcess;
import io.carrel.fs.Access;
import io.carrel.fs.HostPath;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The ways to start a command that are compared. Those of other programs are started by {@link ProcessBuilder}, as a
 * JVM would.
 */
enum Way {
    CARREL("Carrel", true, Way::carrel),
    CARREL_EXEC("Carrel, exec", true, Way::exec),
    CARREL_UNCONFINED("Carrel, unconfined", true, Way::unconfined),
    PROCESS_BUILDER("ProcessBuilder", true, payload -> program(payload.outside())),
    BUBBLEWRAP("bwrap", true, payload -> program(Peers.bubblewrap(payload))),
    UNSHARE("unshare", true, payload -> program(Peers.unshare(payload))),
    CRUN("crun", false, payload -> OciRuntime.open("crun", payload)),
    RUNC("runc", false, payload -> OciRuntime.open("runc", payload));

    private final String label;
    private final boolean quick;
    private final Function<Payload, Contestant> opener;

    Way(String label, boolean quick, Function<Payload, Contestant> opener) {
        this.label = label;
        this.quick = quick;
        this.opener = opener;
    }

    String label() {
        return label;
    }

    /** Whether a start takes so little that there can be many of them. */
    boolean isQuick() {
        return quick;
    }

    /** Whether what starts the command is Java code, which becomes faster as it runs. */
    boolean isOfThisJvm() {
        return this == CARREL || this == CARREL_EXEC || this == CARREL_UNCONFINED || this == PROCESS_BUILDER;
    }

    Contestant open(Payload payload) {
        return opener.apply(payload);
    }

    /** A list as the value of a JMH parameter. */
    static String format(List<Way> ways) {
        return ways.stream().map(Way::name).collect(Collectors.joining("+"));
    }

    static List<Way> parse(String names) {
        return Arrays.stream(names.split("\\+")).map(Way::valueOf).toList();
    }

    /** Those that are compared in every section. */
    static List<Way> main(List<Way> ways) {
        return ways.stream()
                .filter(List.of(CARREL, PROCESS_BUILDER, BUBBLEWRAP)::contains)
                .toList();
    }

    private static Contestant carrel(Payload payload) {
        return container(isolated(payload));
    }

    /** The default container. */
    static ContainerBuilder isolated(Payload payload) {
        return isolated(payload, payload.inside());
    }

    private static ContainerBuilder isolated(Payload payload, List<String> command) {
        ContainerBuilder builder = Container.builder().command(command);
        payload.bound()
                .ifPresent(directory -> builder.bind(HostPath.of(directory), Payload.BOUND_INSIDE, Access.READ_ONLY));
        return builder;
    }

    private static Contestant unconfined(Payload payload) {
        return container(Container.unconfined().command(payload.outside()));
    }

    /** In a container that runs already. */
    private static Contestant exec(Payload payload) {
        ContainerProcess running =
                isolated(payload, List.of("/bin/cat")).build().start();
        String[] command = payload.inside().toArray(String[]::new);
        return new Contestant() {
            @Override
            public Process start() {
                return running.exec(command);
            }

            @Override
            public void close() {
                running.close();
            }
        };
    }

    private static Contestant container(ContainerBuilder builder) {
        return builder.build()::start;
    }

    private static Contestant program(List<String> command) {
        return new ProcessBuilder(command)::start;
    }
}
