package io.carrel;

import static com.google.common.collect.MoreCollectors.onlyElement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.common.base.Splitter;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.cgroups.limits.Limits;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import io.carrel.fs.RootFs;
import io.carrel.fs.Upper;
import io.carrel.linux.Capability;
import io.carrel.linux.RLimit;
import io.carrel.linux.program.Step;
import io.carrel.namespaces.NamespaceType;
import io.carrel.namespaces.User;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.NeedsProgram;
import io.carrel.testing.Outside;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is printed is what runs: explain() lists the calls that strace sees, process by process and in that order. */
@Tag("kernel")
@Tag("long")
@NeedsProgram("strace")
class ExplainTest {

    /** Containers that are explained and traced. */
    enum Kind {
        DEFAULT,
        WITHOUT_INIT,
        WITH_MORE,
        LAYERS,
        UNCONFINED,
        LIMITED;

        private ContainerBuilder builder() {
            return switch (this) {
                case DEFAULT -> Container.builder();
                case WITHOUT_INIT -> Container.builder().init(false);
                case WITH_MORE ->
                    Container.builder()
                            .user(User.of(7, 8))
                            .capabilities(Capability.CHOWN)
                            .rlimit(RLimit.of(RLimit.Resource.CORE, 0))
                            .bind(HostPath.of("/usr/bin"), "/work", Access.READ_WRITE)
                            .bind(HostPath.of("/etc/passwd"), "/work/true", Access.READ_ONLY)
                            .tmpfs("/scratch", 4096);
                case LAYERS ->
                    Container.builder()
                            .share(NamespaceType.UTS)
                            .root(RootFs.overlay(Path.of("/usr")).upper(Upper.memory(1 << 20)))
                            .mount(new Mount.Bind(
                                    HostPath.of("/usr/bin"),
                                    ContainerPath.of("/work"),
                                    Access.READ_ONLY,
                                    true,
                                    Propagation.SLAVE,
                                    true))
                            .mount(new Mount.ReadOnly(ContainerPath.of("/share")))
                            .sysctl("net.ipv4.ip_default_ttl", "77");
                case UNCONFINED -> Container.unconfined();
                case LIMITED ->
                    Container.builder()
                            .limits(Limits.builder()
                                    .memory(Bytes.mebibytes(64))
                                    .pids(32)
                                    .build());
            };
        }

        private Container container() {
            return builder()
                    .environment("PATH", "/nowhere:/usr/bin:/bin")
                    .command("true", "an \"argument\"")
                    .build();
        }
    }

    /** Runs one container; prints what it is to do. */
    static final class Explaining {
        public static void main(String[] arguments) throws Exception {
            Container container = Kind.valueOf(arguments[0]).container();
            container.run();
            System.out.println(container.explain());
        }
    }

    /** A cgroup of its own, which only root has everywhere. */
    @Tag("root")
    @Test
    void theListOfAStartWithLimitsIsWhatStraceSees(@TempDir Path directory) throws Exception {
        theListIsWhatStraceSees(Kind.LIMITED, directory);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LIMITED")
    void theListIsWhatStraceSees(Kind kind, @TempDir Path directory) throws Exception {
        String[] strace = {"strace", "-ff", "-v", "-qq", "-s", "100000", "-e", "signal=none", "-o", directory + "/trace"
        };
        String explained =
                ChildJvm.by(strace).run(Explaining.class, kind.name()).success();
        List<Step> steps = kind.container().plan().program().steps();
        assertThat(ofAnyJvm(explained)).isEqualTo(ofAnyJvm(kind.container().explain()));
        assertThat(linesOfProcesses(explained))
                .containsExactlyInAnyOrderElementsOf(steps.stream()
                        .map(step -> step.text() + "  # " + step.reason())
                        .toList());

        List<Path> traces = filesIn(directory);
        Path launcher = only(traces, "execve\\(\"/proc/self/fd/\\d+\", \\[\"carrel\"], .*");
        List<String> launcherCalls = callsAfter(launcher, "execve(\"/proc/self/fd/");
        check("launcher", steps, launcherCalls);
        if (steps.stream().anyMatch(step -> step.process().equals("init"))) {
            Path init = directory.resolve("trace." + clonedBy(launcherCalls));
            check("init", steps, calls(init));
            traces.remove(init);
        }
        traces.remove(launcher);
        List<String> commandCalls = traces.stream()
                .map(ExplainTest::calls)
                .filter(calls -> calls.get(0).matches("(setsid|prctl)\\(.*"))
                .collect(onlyElement());
        check("command", steps, commandCalls.subList(0, successfulExecve(commandCalls) + 1));
    }

    /** Groups have the name of their JVM. */
    private static String ofAnyJvm(String explained) {
        return explained.replaceAll("/jvm-[0-9-]+/", "/JVM/");
    }

    /** Without those of the host. */
    private static List<String> linesOfProcesses(String explained) {
        List<String> lines = new ArrayList<>();
        boolean isHost = false;
        for (String line : explained.lines().toList()) {
            if (!line.startsWith("  ")) {
                isHost = line.startsWith("host");
            } else if (!isHost) {
                lines.add(line.strip());
            }
        }
        return lines;
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.collect(Collectors.toList());
        }
    }

    private static Path only(List<Path> traces, String line) {
        List<Path> found = traces.stream()
                .filter(trace -> calls(trace).stream().anyMatch(call -> call.matches(line)))
                .toList();
        assertThat(found).as("traces with " + line).hasSize(1);
        return found.get(0);
    }

    private static List<String> calls(Path trace) {
        return Outside.lines(trace).stream()
                .filter(line -> line.matches("[a-z0-9_]+\\(.*"))
                .toList();
    }

    private static List<String> callsAfter(Path trace, String start) {
        List<String> calls = calls(trace);
        return calls.subList(indexOf(calls, start) + 1, calls.size());
    }

    private static int indexOf(List<String> calls, String start) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).startsWith(start)) {
                return i;
            }
        }
        return fail("no %s in %s", start, calls);
    }

    private static int successfulExecve(List<String> calls) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).matches("execve\\(.*= 0")) {
                return i;
            }
        }
        return fail("no execve works in %s", calls);
    }

    private static String clonedBy(List<String> launcherCalls) {
        String clone = launcherCalls.stream()
                .filter(call -> call.matches("clone3?\\(.*"))
                .findFirst()
                .orElseThrow();
        return clone.substring(clone.lastIndexOf("= ") + 2);
    }

    /** Walks through the listed steps along the calls that were made. */
    private static void check(String process, List<Step> steps, List<String> calls) {
        List<Step> listed =
                steps.stream().filter(step -> step.process().equals(process)).toList();
        int next = 0;
        for (String call : calls) {
            int here = next;
            while (here < listed.size() && !matches(listed.get(here), call) && mayBeLeftOut(listed, here)) {
                here++;
            }
            if (here == listed.size() || !matches(listed.get(here), call)) {
                here = again(listed, next, call);
            }
            next = here + 1;
        }
        for (Step step : listed.subList(next, listed.size())) {
            assertThat(mayBeLeftOut(listed, listed.indexOf(step)))
                    .as("%s never came to %s", process, step.text())
                    .isTrue();
        }
    }

    /** A loop: the step that was just done, or one of the supervisor's. */
    private static int again(List<Step> listed, int next, String call) {
        if (next > 0
                && matches(listed.get(next - 1), call)
                && listed.get(next - 1).arguments().contains("PR_CAPBSET_DROP")) {
            return next - 1;
        }
        for (int i = loop(listed); i < next; i++) {
            if (matches(listed.get(i), call)) {
                return i;
            }
        }
        return fail(
                "%s is made, but what is listed there is %s",
                call, listed.subList(Math.max(0, next - 1), Math.min(next + 2, listed.size())));
    }

    /** Where the supervisor's loop begins; the end of the list where there is none. */
    private static int loop(List<Step> listed) {
        for (int i = 0; i < listed.size(); i++) {
            if (listed.get(i).reason().equals("see whether the JVM is there")) {
                return i;
            }
        }
        return listed.size();
    }

    /** Who need not wait does not; what was found is not looked for again; and a loop has branches. */
    private static boolean mayBeLeftOut(List<Step> listed, int index) {
        Step step = listed.get(index);
        return step.call().equals("futex") && step.arguments().contains("FUTEX_WAIT")
                || step.call().equals("execve")
                        && index > 0
                        && listed.get(index - 1).call().equals("execve")
                || index > loop(listed);
    }

    /** The environment may hold secrets, so it is listed by its size. */
    private static final Pattern VARIABLES = Pattern.compile("/\\* (\\d+) vars \\*/");

    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern FLAG = Pattern.compile(
            "\\b(?:CLONE|MS|O|AT|MOUNT_ATTR|PR|MNT|FUTEX|F|FD|SIG|CLOSE_RANGE|S|SOCK|AF|RLIMIT|MOVE_MOUNT|OPEN_TREE|RESOLVE)"
                    + "_[A-Z][A-Z_0-9]*\\b|\\bSIOC[A-Z]+\\b|\\bFASYNC\\b|\\bWNOHANG\\b");
    /** What strace writes in full where others leave out a zero. */
    private static final String ZERO_FLAG = "O_RDONLY";

    private static boolean matches(Step step, String call) {
        int end = call.lastIndexOf(')');
        String arguments = call.substring(call.indexOf('(') + 1, end);
        return call.startsWith(step.call() + "(")
                && textsAgree(step.arguments(), arguments)
                && flags(step.arguments()).equals(flags(arguments))
                && numbersAgree(step.arguments(), arguments);
    }

    /**
     * A word of memory is listed by its name; and what is not dumpable shows an ordinary user's strace its addresses
     * only.
     */
    private static boolean textsAgree(String listed, String made) {
        List<String> expected = texts(listed);
        if (expected.isEmpty() || made.matches("(.*, )?0x[0-9a-f]+(, .*)?")) {
            return true;
        }
        Matcher variables = VARIABLES.matcher(listed);
        if (variables.find()) {
            List<String> all = texts(made);
            int others = all.size() - Integer.parseInt(variables.group(1));
            return others >= 0
                    && all.subList(0, others).equals(expected)
                    && all.subList(others, all.size()).stream().allMatch(variable -> variable.contains("="));
        }
        boolean shortened = listed.matches(".*, \\.\\.\\. \\d+ more].*");
        return shortened ? texts(made).containsAll(expected) : texts(made).equals(expected);
    }

    private static List<String> texts(String arguments) {
        return TEXT.matcher(arguments)
                .results()
                .map(result -> result.group(1))
                .filter(text -> !text.equals("lo"))
                .toList();
    }

    private static List<String> flags(String arguments) {
        Matcher matcher = FLAG.matcher(TEXT.matcher(arguments).replaceAll(""));
        return matcher.results()
                .map(MatchResult::group)
                .filter(flag -> !flag.equals(ZERO_FLAG))
                .sorted()
                .toList();
    }

    /** Where both have a plain number at the same place, it is the same. */
    private static boolean numbersAgree(String listed, String made) {
        List<String> left = Splitter.on(", ").splitToList(TEXT.matcher(listed).replaceAll("text"));
        List<String> right = Splitter.on(", ").splitToList(TEXT.matcher(made).replaceAll("text"));
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            boolean numbers = left.get(i).matches("\\d+") && right.get(i).matches("\\d+");
            if (numbers && !Long.decode(left.get(i)).equals(Long.decode(right.get(i)))) {
                return false;
            }
        }
        return true;
    }
}
