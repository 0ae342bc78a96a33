package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Content;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Overlay;
import io.carrel.fs.OverlayFallback;
import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import io.carrel.linux.Capability;
import io.carrel.linux.RLimit;
import io.carrel.linux.SetupException;
import io.carrel.linux.program.Step;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.outcome.ExitStatus;
import io.carrel.testing.Eventually;
import io.carrel.testing.Footprint;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each step of a start fails once, be it in the launcher, the container's first process or the command's. It must be
 * named, nobody may hang, nothing may be left, and no failure may look like a success.
 */
@Tag("kernel")
@Tag("long")
class FailingStepsTest {

    private static final String ANNOUNCEMENT = "report that the command runs";
    private static final long PATIENCE_SECONDS =
            Eventually.patience(Duration.ofSeconds(10)).toSeconds();
    private static final ExecutorService ATTEMPTS = Executors.newSingleThreadExecutor();

    @AfterAll
    static void endTheThread() {
        ATTEMPTS.shutdownNow();
    }

    /** What a container does whose step fails. */
    private enum Expected {
        /** The start is refused and names the step. */
        REFUSED,
        /** The step does not matter, or is not reached: the container ends as if nothing had happened. */
        HARMLESS,
        /** Waiting for somebody who may be there already: one of the two above. */
        A_MATTER_OF_TIME,
        /** The command runs, but not to its end; whatever is reported, it is no success. */
        NO_SUCCESS,
        /** The launcher fails when nobody needs it any more: refused, or no success if the command runs already. */
        TOO_LATE_TO_MATTER
    }

    private static Container container(String seconds, boolean init) {
        return Container.builder()
                .init(init)
                .command("sh", "-c", command(seconds))
                .build();
    }

    /** Ends with code 7 when its input ends; leaves something behind that only the end of all takes away. */
    private static String command(String seconds) {
        return "sleep " + seconds + " > /dev/null 2>&1 & read line; exit 7";
    }

    @TestFactory
    List<DynamicTest> eachStepOfTheDefaultStart() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        return tests(seconds, container(seconds, true), "init", step -> true);
    }

    @TestFactory
    List<DynamicTest> eachStepOfAStartWithoutAnInit() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        return tests(seconds, container(seconds, false), "launcher", step -> true);
    }

    /** What the command starts in the background outlives it here. */
    @TestFactory
    List<DynamicTest> eachStepOfAnUnconfinedStart() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        Container container = Container.unconfined()
                .command("sh", "-c", "exec sh -c 'read line; exit 7' " + seconds)
                .build();
        return tests(seconds, container, "launcher", step -> true);
    }

    /** What the default start does not have: other mounts, limits, capabilities and another user. */
    @TestFactory
    @NeedsKernel(KernelFeature.BINDS)
    List<DynamicTest> eachStepOfAStartWithMore(@TempDir Path directory) throws Exception {
        String seconds = Outside.unmistakableSeconds();
        Path file =
                Files.createFile(Files.createDirectory(directory.resolve("bin")).resolve("env"));
        Files.createDirectory(directory.resolve("share"));
        Container container = Container.builder()
                .share(NamespaceType.NETWORK)
                .bind(HostPath.of(directory), "/work", Access.READ_ONLY)
                .bind(HostPath.of(file), "/work/bin/env", Access.READ_ONLY)
                .tmpfs("/work/share", 1 << 20)
                .user(User.of(1, 1))
                .capabilities(Capability.NET_BIND_SERVICE)
                .rlimit(RLimit.of(RLimit.Resource.CORE, 0))
                .command("sh", "-c", command(seconds))
                .build();
        List<Step> done = container(seconds, true).plan().program().steps();
        return tests(seconds, container, "init", step -> !done.contains(step));
    }

    /** Layers, whose upper is kept on the disk; what is mounted on is there already. */
    @TestFactory
    @NeedsKernel(KernelFeature.LAYERS)
    List<DynamicTest> eachStepOfAStartOnLayers(@TempDir Path directory) throws Exception {
        String seconds = Outside.unmistakableSeconds();
        Layers layers = Layers.in(directory);
        Path points = layers.layer("points", "etc/hostname", "", "etc/hosts", "", "etc/issue", "");
        for (String point : List.of("proc", "dev", "sys")) {
            Files.createDirectories(points.resolve(point));
        }
        Overlay root = RootFs.overlay(layers.busybox(), points).upper(Upper.kept(directory.resolve("kept")));
        Container container = Container.builder()
                .root(root.readOnly())
                .mount(new Mount.FileContent(ContainerPath.of("/etc/issue"), Content.of("x"), 0444))
                .sysctl("net.ipv4.ip_default_ttl", "77")
                .sysctl("kernel.domainname", "example.org")
                .command("/bin/sh", "-c", command(seconds))
                .build();
        List<Step> done = container(seconds, true).plan().program().steps();
        return tests(seconds, container, "init", step -> !done.contains(step));
    }

    /** Layers that fuse-overlayfs stacks, as it did when the changes were made that are there. */
    @Tag("root")
    @TestFactory
    @NeedsProgram("fuse-overlayfs")
    @NeedsKernel(KernelFeature.BINDS)
    List<DynamicTest> eachStepOfAStartOnFuse(@TempDir Path directory) throws Exception {
        String seconds = Outside.unmistakableSeconds();
        Path kept = Files.createDirectory(directory.resolve("kept"));
        Files.createFile(kept.resolve("fuse-overlayfs"));
        Overlay root = RootFs.overlay(Layers.in(directory).busybox())
                .upper(Upper.kept(kept))
                .orElse(OverlayFallback.fuse());
        Container container = Container.builder()
                .root(root)
                .command("/bin/sh", "-c", command(seconds))
                .build();
        List<Step> done = container(seconds, true).plan().program().steps();
        return tests(seconds, container, "init", step -> !done.contains(step));
    }

    /** A cgroup of its own, which only root has everywhere. */
    @Tag("root")
    @TestFactory
    List<DynamicTest> eachStepOfAStartWithLimits() throws Exception {
        String seconds = Outside.unmistakableSeconds();
        Container container = Container.builder()
                .limits(Limits.builder().memory(Bytes.mebibytes(64)).build())
                .command("sh", "-c", command(seconds))
                .build();
        List<Step> done = container(seconds, true).plan().program().steps();
        return tests(seconds, container, "init", step -> !done.contains(step) || isBeforeTheGroup(step));
    }

    /** Then what the launcher was sent stays unread. */
    private static boolean isBeforeTheGroup(Step step) {
        return step.reason().matches("close the descriptors of the JVM|keep the channel from the command");
    }

    private static List<DynamicTest> tests(
            String seconds, Container container, String supervisor, Predicate<Step> wanted) throws Exception {
        warmUp(container);
        Plan plan = container.plan();
        List<Step> steps = plan.program().steps();
        int announcement = indexOf(steps, supervisor, ANNOUNCEMENT);
        return IntStream.range(0, steps.size())
                .filter(i -> wanted.test(steps.get(i)) && !isRepeated(steps, i))
                .mapToObj(i -> DynamicTest.dynamicTest(
                        "%d %s: %s (%s)"
                                .formatted(
                                        i,
                                        steps.get(i).process(),
                                        steps.get(i).reason(),
                                        steps.get(i).call()),
                        () -> check(seconds, plan, i, expected(steps, i, supervisor, announcement))))
                .toList();
    }

    /** Each capability that is taken away is the same as the one before. */
    private static boolean isRepeated(List<Step> steps, int index) {
        return index > 0
                && steps.get(index).arguments().contains("PR_CAPBSET_DROP")
                && steps.get(index - 1).arguments().contains("PR_CAPBSET_DROP");
    }

    private static void warmUp(Container container) throws Exception {
        ATTEMPTS.submit(() -> "thread").get();
        try (ContainerProcess process = container.start()) {
            assertThat(process.isAlive()).isTrue();
        }
    }

    private static int indexOf(List<Step> steps, String process, String reason) {
        return IntStream.range(0, steps.size())
                .filter(i -> steps.get(i).process().equals(process)
                        && steps.get(i).reason().equals(reason))
                .findFirst()
                .orElseThrow();
    }

    private static Expected expected(List<Step> steps, int index, String supervisor, int announcement) {
        Step step = steps.get(index);
        if (step.process().equals("failure") || step.process().equals("exec")) {
            return Expected.HARMLESS; // nothing is executed besides the command
        }
        if (isOfCommand(step)) {
            return isTried(steps, index) ? Expected.REFUSED : Expected.HARMLESS;
        }
        if (step.call().equals("futex") && step.arguments().contains("FUTEX_WAIT")) {
            return Expected.A_MATTER_OF_TIME;
        }
        if (step.call().matches("mkdirat|mknodat") && !step.arguments().startsWith("AT_FDCWD")) {
            return Expected.HARMLESS; // in a bind, where the place is there already
        }
        if (step.arguments().startsWith("KEYCTL_JOIN_SESSION_KEYRING")) {
            return Expected.HARMLESS; // as on a kernel without keyrings
        }
        if (step.reason().endsWith("where possible")) {
            return Expected.HARMLESS;
        }
        if (step.call().equals("exit_group") && !step.process().equals(supervisor)) {
            return Expected.TOO_LATE_TO_MATTER;
        }
        boolean supervises = step.process().equals(supervisor) && index > announcement;
        return supervises ? supervising(step) : Expected.REFUSED;
    }

    /** A directory of the path after the one that has the program is not looked into. */
    private static boolean isTried(List<Step> steps, int index) {
        String found = steps.stream()
                .filter(FailingStepsTest::isOfCommand)
                .map(FailingStepsTest::path)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow();
        List<String> candidates = steps.stream()
                .filter(FailingStepsTest::isOfCommand)
                .map(FailingStepsTest::path)
                .toList();
        return candidates.indexOf(path(steps.get(index))) <= candidates.indexOf(found);
    }

    private static boolean isOfCommand(Step step) {
        return step.call().equals("execve") && step.process().equals("command");
    }

    private static String path(Step execve) {
        return execve.arguments().substring(1, execve.arguments().indexOf('"', 1));
    }

    /**
     * After the announcement. The forwarding and ending that this container has no occasion for are harmless. A
     * supervisor that cannot do the rest must not report a success, nor go on forever without its command.
     */
    private static Expected supervising(Step step) {
        return step.call().matches("kill|exit_group") ? Expected.HARMLESS : Expected.NO_SUCCESS;
    }

    private static void check(String seconds, Plan plan, int index, Expected expected) throws Exception {
        Step step = plan.program().steps().get(index);
        Plan failing = plan.withFailingCall(index);
        Footprint before = Footprint.now();
        Future<Object> attempt = ATTEMPTS.submit(() -> attempt(failing));
        Object outcome;
        try {
            outcome = attempt.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException hanging) {
            endChildren(before);
            outcome = fail("the start hangs when this fails: %s", step.text());
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
        before.assertNothingAdded();
        Eventually.holds(
                "nothing of the container is left",
                Duration.ofSeconds(2),
                () -> Outside.processesCalledWith(seconds).isEmpty());
        switch (expected) {
            case REFUSED -> assertRefused(outcome, step);
            case HARMLESS -> assertThat(outcome).isEqualTo(new ExitStatus.Exited(7));
            case A_MATTER_OF_TIME -> {
                if (!outcome.equals(new ExitStatus.Exited(7))) {
                    assertRefused(outcome, step);
                }
            }
            case NO_SUCCESS -> assertNoSuccess(outcome);
            case TOO_LATE_TO_MATTER -> {
                if (outcome instanceof ExitStatus) {
                    assertNoSuccess(outcome);
                } else {
                    assertRefused(outcome, step);
                }
            }
        }
    }

    private static void assertNoSuccess(Object outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        ExitStatus.class, status -> assertThat(status.success()).isFalse());
    }

    private static void assertRefused(Object outcome, Step step) {
        assertThat(outcome)
                .as("outcome of the failure of %s", step.text())
                .isInstanceOfSatisfying(SetupException.class, failure -> {
                    assertThat(failure.step()).isEqualTo(step.reason());
                    assertThat(failure.arguments()).isEqualTo(step.arguments());
                    assertThat(failure.errno().symbol()).isEqualTo("ENOSYS");
                });
    }

    /** Ends what hangs, so that the tests after this one start from nothing. */
    private static void endChildren(Footprint before) {
        Outside.children(ProcessHandle.current().pid()).stream()
                .filter(pid -> !before.children().contains(pid))
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    /** The exception of a refused start, the status of a command that ended, or a text if it had to be ended. */
    private static Object attempt(Plan plan) {
        try (ContainerProcess process = plan.start()) {
            process.getOutputStream().close();
            if (process.waitFor(2, TimeUnit.SECONDS)) {
                return process.exitStatus();
            }
            process.destroyForcibly();
            process.awaitExit();
            return "the command's end was never noticed";
        } catch (SetupException e) {
            return e;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
