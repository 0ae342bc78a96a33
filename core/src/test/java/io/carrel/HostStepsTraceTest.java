package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.fs.Upper;
import io.carrel.images.ImageStore;
import io.carrel.images.NewImage;
import io.carrel.images.Reference;
import io.carrel.netns.PortMapping;
import io.carrel.netns.bridge.BridgeNetwork;
import io.carrel.netns.bridge.Networks;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What explain() says of the host is all that strace sees a start change on it. */
@Tag("root")
@Tag("long")
@NeedsProgram({"strace", "busybox"})
@NeedsKernel(KernelFeature.LAYERS)
@Timeout(120)
class HostStepsTraceTest {

    /** Files and directories that are made, moved or opened to be written, by absolute paths. */
    private static final Pattern CHANGE = Pattern.compile(
            "\\d+ +(?:mkdir|rename|unlink|rmdir|link|symlink|openat)\\w*\\((?:AT_FDCWD, )?\"(/[^\"]*)\".*");

    @TempDir
    private Path directory;

    /** Prints what explain() says of the host, and starts the container between two marks. */
    static final class Starting {
        public static void main(String[] arguments) throws Exception {
            Storage storage = new Storage(Path.of(arguments[0]));
            try (Networks networks = Networks.open(storage.directory().resolve("networks"))) {
                networks.create(BridgeNetwork.of("lab"));
                Container container = Container.builder()
                        .root(RootFs.image("app").in(storage).upper(Upper.disk(storage)))
                        .mount(new Mount.Volume(storage, "kept", ContainerPath.of("/data"), Access.READ_WRITE))
                        .mount(new Mount.Volume(storage, "", ContainerPath.of("/scratch"), Access.READ_WRITE))
                        .limits(Limits.builder()
                                .memory(Bytes.mebibytes(64))
                                .pids(32)
                                .build())
                        .network(Network.bridge(storage, "lab"))
                        .publish(PortMapping.parse("127.0.0.1::80"))
                        .command("true")
                        .build();
                System.out.println(container.explain());
                container.start().close(); // makes directories that stay
                boolean unused = Files.exists(Path.of("/mark"));
                container.start().close();
                unused = Files.exists(Path.of("/mark"));
            }
        }
    }

    /** What is said of the host, before and while the first process waits. */
    private static String hostLines(String explained) {
        return explained
                .lines()
                .filter(line -> line.startsWith("host, ") || line.startsWith("  ") && !line.contains("("))
                .collect(Collectors.joining("\n"));
    }

    /** The part of a line that names a path; what is chosen anew by each start stands as NEW. */
    private static List<Pattern> paths(String lines) {
        return Pattern.compile("(?:^|\\s)(/\\S+?)(?=,?(\\s|$))")
                .matcher(lines)
                .results()
                .map(path -> path.group(1))
                .map(path -> Pattern.compile(Pattern.quote(path).replace("NEW", "\\E[^/]+\\Q") + "(/.*|\\.lock)?"))
                .toList();
    }

    private static Set<String> changes(List<String> trace, Path storage) {
        int begin = indexOfMark(trace, 0);
        Set<String> changed = new TreeSet<>();
        for (String line : trace.subList(begin, indexOfMark(trace, begin + 1))) {
            Matcher change = CHANGE.matcher(line);
            boolean writes = !line.contains("openat(") || line.matches(".*O_(CREAT|WRONLY|RDWR).*");
            if (change.matches()
                    && !line.contains(" = -1 E")
                    && writes
                    && (change.group(1).startsWith(storage.toString())
                            || change.group(1).startsWith("/sys/fs/cgroup"))) {
                changed.add(change.group(1));
            }
        }
        return changed;
    }

    private static int indexOfMark(List<String> trace, int from) {
        for (int i = from; i < trace.size(); i++) {
            if (trace.get(i).contains("\"/mark\"")) {
                return i;
            }
        }
        throw new AssertionError("there is no mark after line " + from);
    }

    @Test
    void whatStraceSeesIsListed() throws Exception {
        Path storage = directory.resolve("storage");
        ImageStore.open(new Storage(storage))
                .importRoot(
                        Layers.in(directory).layer("busybox", "data/file", "content\n"),
                        NewImage.of().named(Reference.parse("app")));
        Path trace = directory.resolve("trace");
        String explained = ChildJvm.by(
                        "unshare",
                        "--net",
                        "sh",
                        "-c",
                        "ip link set lo up && exec \"$@\"",
                        "sh",
                        "strace",
                        "-f",
                        "-qq",
                        "-e",
                        "trace=%file",
                        "-e",
                        "signal=none",
                        "-o",
                        trace.toString())
                .run(Starting.class, storage.toString())
                .success();
        String host = hostLines(explained);

        Set<String> changed = changes(Files.readAllLines(trace), storage);
        assertThat(changed).hasSizeGreaterThan(20);
        List<Pattern> listed = paths(host);
        assertThat(host).contains("keep the image app:latest from being removed", "take addresses on the network lab");
        Set<String> unlisted = changed.stream()
                .filter(path ->
                        listed.stream().noneMatch(one -> one.matcher(path).matches()))
                .collect(Collectors.toCollection(TreeSet::new));
        // How a store keeps an image or a volume from being removed is its own affair: its line says that it does.
        unlisted.removeIf(path -> path.matches(Pattern.quote(storage.toString())
                + "/(images/(locks|leases)/.*|volumes/(\\.lock|\\.aside/.*|[^/]+(/(users|filled).*)?))"));
        assertThat(unlisted).as("changed, but not listed in: %s", host).isEmpty();
        assertThat(host)
                .contains(
                        "write \"67108864\" to",
                        "write \"32\" to",
                        "connect it as eth0 to the bridge of the network lab",
                        "send to port 80/tcp what comes to 127.0.0.1");
    }
}
