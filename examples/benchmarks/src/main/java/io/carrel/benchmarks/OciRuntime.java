package io.carrel.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * crun or runc. Each thread has a bundle of its own, because the bundle names the cgroup and runc wants that for
 * itself.
 */
final class OciRuntime implements Contestant {

    private static final AtomicLong IDS = new AtomicLong();

    private final String program;
    private final Payload payload;
    private final Path directory;
    private final List<String> command;
    private final BenchmarkGroups groups = new BenchmarkGroups();
    private final Collection<Bundle> bundles = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Bundle> bundle = ThreadLocal.withInitial(this::newBundle);

    private OciRuntime(String program, Payload payload, Path directory) {
        this.program = program;
        this.payload = payload;
        this.directory = directory;
        command = new ArrayList<>(List.of(Peers.find(program), "--root", state().toString()));
        if (program.equals("crun")) {
            command.add("--cgroup-manager=disabled");
        }
    }

    static OciRuntime open(String program, Payload payload) {
        try {
            return new OciRuntime(program, payload, Files.createTempDirectory(program));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a directory for " + program, e);
        }
    }

    private Path state() {
        return directory.resolve("state");
    }

    private Bundle newBundle() {
        // Without an absolute path runc makes a group below the JVM's. An ordinary user has none.
        boolean grouped = program.equals("runc") && Host.isRoot();
        Bundle made = Bundle.create(directory.resolve("bundle" + bundles.size() + "-" + IDS.incrementAndGet()));
        made.configure(payload, grouped ? groups.newPath() : null);
        bundles.add(made);
        return made;
    }

    @Override
    public Process start() throws IOException {
        List<String> words = new ArrayList<>(command);
        Path own = bundle.get().directory();
        words.addAll(List.of("run", "--bundle", own.toString(), "carrel-bench-" + IDS.incrementAndGet()));
        return new ProcessBuilder(words).start();
    }

    @Override
    public void close() {
        try {
            for (Bundle made : bundles) {
                made.delete();
            }
            Files.deleteIfExists(state());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the bundles of " + program, e);
        } finally {
            groups.remove();
        }
    }
}
