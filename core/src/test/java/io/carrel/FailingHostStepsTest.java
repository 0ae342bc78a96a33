package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.carrel.cgroups.Cgroup;
import io.carrel.cgroups.Cgroups;
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
import io.carrel.internal.step.HostStep;
import io.carrel.linux.ContainerException;
import io.carrel.linux.NotFoundException;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.netns.Egress;
import io.carrel.netns.NetworkNamespace;
import io.carrel.netns.PortMapping;
import io.carrel.netns.UserMode;
import io.carrel.netns.bridge.BridgeNetwork;
import io.carrel.netns.bridge.Networks;
import io.carrel.outcome.HostStage;
import io.carrel.testing.Footprint;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each step of the host's fails once: the failure names its stage, and nothing is left of those before it. */
@Tag("kernel")
@Tag("long") // threads and processes of each attempt end before the next
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.LAYERS)
@Timeout(120)
class FailingHostStepsTest {

    private final String seconds = Outside.unmistakableSeconds();

    @TempDir
    private Path directory;

    private Storage storage;

    @BeforeEach
    void makeAnImage() throws Exception {
        storage = new Storage(directory.resolve("storage"));
        ImageStore.open(storage)
                .importRoot(
                        Layers.in(directory).layer("busybox", "data/file", "content\n"),
                        NewImage.of().named(Reference.parse("app")));
    }

    private ContainerBuilder container() {
        return Container.builder()
                .root(RootFs.image("app").in(storage).upper(Upper.disk(storage)))
                .mount(new Mount.Volume(storage, "kept", ContainerPath.of("/data"), Access.READ_WRITE))
                .mount(new Mount.Volume(storage, "", ContainerPath.of("/scratch"), Access.READ_WRITE))
                .publish(PortMapping.parse("127.0.0.1::80"))
                .command("sleep", seconds);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.sorted().toList();
        }
    }

    /** Groups of containers beside the one that this step would make. */
    private static List<Path> groups(HostStep<?> step) throws IOException {
        for (String line : step.description()) {
            if (line.startsWith("make /")) {
                try (Stream<Path> beside =
                        Files.list(Path.of(line.substring("make ".length())).getParent())) {
                    return beside.filter(path -> path.getFileName().toString().startsWith("container-"))
                            .toList();
                }
            }
        }
        return List.of();
    }

    /** Returns the stages that there are. */
    private Set<HostStage> eachFails(Container container) throws IOException {
        Plan plan = container.plan();
        plan.start().close(); // now everything is there that stays
        Set<HostStage> stages = EnumSet.noneOf(HostStage.class);
        for (int i = 0; i < plan.hostSteps().size(); i++) {
            HostStep<?> step = plan.hostSteps().get(i);
            Footprint before = Footprint.now();
            List<Path> files = files();
            Throwable failure = fails(plan, i);
            assertThat(HostStage.ofFailure(failure)).as(step.toString()).contains(step.stage());
            assertThat(failure.getSuppressed()).as(step.toString()).hasSize(1);
            before.assertNothingAdded();
            assertThat(files()).as(step.toString()).isEqualTo(files);
            assertThat(Outside.processesCalledWith(seconds)).as(step.toString()).isEmpty();
            stages.add(step.stage());
        }
        for (HostStep<?> step : plan.hostSteps()) {
            assertThat(groups(step)).isEmpty();
        }
        return stages;
    }

    private static Throwable fails(Plan plan, int index) {
        IllegalStateException refusal = new IllegalStateException("the host refuses");
        Throwable failure = catchThrowable(
                () -> plan.withFailingHostStep(index, refusal).start().close());
        assertThat(failure).isSameAs(refusal);
        return failure;
    }

    @Test
    void whereThisJvmRelays() throws Exception {
        assertThat(eachFails(container()
                        .network(Network.egress(Egress.allow("example.org:443")))
                        .build()))
                .containsExactly(
                        HostStage.OPEN_STREAMS,
                        HostStage.TAKE_PORTS,
                        HostStage.MAKE_SOCKETS,
                        HostStage.KEEP_IMAGE,
                        HostStage.UNPACK_IMAGE,
                        HostStage.TAKE_CHANGES,
                        HostStage.TAKE_VOLUME,
                        HostStage.WRITE_PROGRAM,
                        HostStage.LAUNCH,
                        HostStage.GET_NETWORK,
                        HostStage.MAKE_INSIDE_SOCKETS,
                        HostStage.OPEN_EGRESS,
                        HostStage.PUBLISH_PORTS);
    }

    @Test
    @Tag("root")
    void onANetworkOfContainersAndWithLimits() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create()) {
            host.run(() -> {
                try (Networks networks = Networks.open(storage.directory().resolve("networks"))) {
                    networks.create(BridgeNetwork.of("lab"));
                    Container container = container()
                            .limits(Limits.builder()
                                    .memory(Bytes.mebibytes(64))
                                    .pids(32)
                                    .build())
                            .network(Network.bridge(storage, "lab"))
                            .build();
                    assertThat(eachFails(container))
                            .containsExactly(
                                    HostStage.OPEN_STREAMS,
                                    HostStage.OPEN_NETWORKS,
                                    HostStage.TAKE_ADDRESSES,
                                    HostStage.MAKE_SOCKETS,
                                    HostStage.KEEP_IMAGE,
                                    HostStage.UNPACK_IMAGE,
                                    HostStage.TAKE_CHANGES,
                                    HostStage.TAKE_VOLUME,
                                    HostStage.MAKE_CGROUP,
                                    HostStage.WRITE_PROGRAM,
                                    HostStage.LAUNCH,
                                    HostStage.GET_NETWORK,
                                    HostStage.ATTACH_NETWORK,
                                    HostStage.PUBLISH_PORTS);
                    assertThat(networks.members("lab")).isEmpty();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    @Tag("user")
    @NeedsProgram("pasta")
    void whereAHelperProcessConnects() throws Exception {
        assertThat(eachFails(
                        container().network(Network.userMode(UserMode.PASTA)).build()))
                .contains(HostStage.CONNECT_USER_MODE, HostStage.PUBLISH_PORTS);
    }

    /** The group is made on a thread of its own, while the launcher is started already. */
    @Test
    @Tag("root")
    void theCgroupCannotBeMadeBesideTheStart() throws Exception {
        Plan plan;
        try (Cgroup parent = Cgroups.detect().create("failing", Limits.builder().build())) {
            plan = container().cgroupParent(parent).build().plan();
            plan.start().close();
        }
        assertFailsAt(HostStage.MAKE_CGROUP, ContainerException.class, plan::start);
    }

    @Test
    @Tag("root")
    void theCgroupsAboveCannotBeMadeForThePlan() throws Exception {
        Container container;
        try (Cgroup parent = Cgroups.detect().create("failing", Limits.builder().build())) {
            container = container()
                    .cgroupParent(parent)
                    .limits(Limits.builder().pids(32).build())
                    .build();
        }
        assertFailsAt(HostStage.PREPARE_CGROUPS, IllegalStateException.class, container::plan);
    }

    @Test
    void theImageCannotBeFoundForThePlan() throws Exception {
        Container container = Container.builder()
                .root(RootFs.image("none").in(storage))
                .command("sleep", seconds)
                .build();
        assertFailsAt(HostStage.FIND_IMAGE, NotFoundException.class, container::plan);
    }

    @Test
    void aStreamCannotBeOpened() throws Exception {
        Plan plan = container()
                .redirectInput(Redirect.from(directory.resolve("none").toFile()))
                .build()
                .plan();
        assertFailsAt(HostStage.OPEN_STREAMS, ContainerException.class, plan::start);
        assertFailsAt(HostStage.OPEN_STREAMS, ContainerException.class, () -> plan.run(StreamEnds.NONE));
    }

    private void assertFailsAt(HostStage stage, Class<? extends Throwable> type, ThrowingCallable start)
            throws Exception {
        Footprint before = Footprint.now();
        List<Path> files = files();
        Throwable failure = catchThrowable(start);
        assertThat(failure).isInstanceOf(type);
        assertThat(HostStage.ofFailure(failure)).as(failure.toString()).contains(stage);
        before.assertNothingAdded();
        assertThat(files()).isEqualTo(files);
        assertThat(Outside.processesCalledWith(seconds)).isEmpty();
    }
}
