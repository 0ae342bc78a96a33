package io.carrel.cgroups.internal.devices;

import static io.carrel.cgroups.internal.devices.Rules.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.cgroups.internal.devices.TestGroup.Version;
import io.carrel.cgroups.limits.DeviceAccess;
import io.carrel.cgroups.limits.DeviceNode;
import io.carrel.cgroups.limits.DeviceRule;
import io.carrel.linux.UnsupportedFeatureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** What rules about devices do to a process of a group, the same on v1 and v2: the kernel says so, not our code. */
abstract class DevicesContract {

    private static final String DENIED = "Operation not permitted";
    private static final int ROUNDS = Integer.getInteger("carrel.device.rounds", 60);

    private final Version version;
    TestGroup group;
    DeviceShell shell;
    DeviceController devices;

    DevicesContract(Version version) {
        this.version = version;
    }

    @BeforeEach
    void makeGroup() throws IOException {
        group = TestGroup.create(version);
        shell = new DeviceShell(group);
        devices = version.controller(group.directory());
    }

    @AfterEach
    void removeGroup() throws IOException {
        shell.close();
        group.close();
    }

    @Test
    void withoutRulesAllDevicesCanBeUsed() throws IOException {
        assertThat(shell.read("/dev/zero")).isEmpty();
    }

    @Test
    void whatIsNotAllowedIsDenied() throws IOException {
        devices.apply(policy("deny a", "c 1:3 rw"));
        assertThat(shell.read("/dev/zero")).contains("/dev/zero", DENIED);
        assertThat(shell.read("/dev/null")).isEmpty();
        assertThat(shell.write("/dev/null")).isEmpty();
    }

    @Test
    void whatIsDeniedIsDenied() throws IOException {
        devices.apply(policy("deny c 1:5 w"));
        assertThat(shell.write("/dev/zero")).contains(DENIED);
        assertThat(shell.read("/dev/zero")).isEmpty();
        assertThat(shell.write("/dev/null")).isEmpty();
    }

    @Test
    void theDefaultsAllowWhatContainersUse() throws IOException {
        devices.apply(DevicePolicy.of(DeviceRule.defaults()));
        for (String device : List.of("null", "zero", "full", "random", "urandom", "ptmx")) {
            assertThat(shell.read("/dev/" + device)).as(device).isEmpty();
        }
        assertThat(shell.read("/dev/kmsg")).contains(DENIED);
    }

    @Test
    void rulesChangeUnderARunningProcess() throws IOException {
        devices.apply(policy("deny a", "c 1:3 r"));
        assertThat(shell.read("/dev/zero")).contains(DENIED);
        devices.apply(policy("deny a", "c 1:5 r"));
        assertThat(shell.read("/dev/zero")).isEmpty();
        assertThat(shell.read("/dev/null")).contains(DENIED);
        devices.apply(policy("deny c 1:5 r"));
        assertThat(shell.read("/dev/zero")).contains(DENIED);
        assertThat(shell.read("/dev/null")).isEmpty();
        devices.apply(policy("deny c 1:3 r"));
        assertThat(shell.read("/dev/zero")).isEmpty();
        assertThat(shell.read("/dev/null")).contains(DENIED);
        devices.apply(policy());
        assertThat(shell.read("/dev/null")).isEmpty();
        assertThat(shell.read("/dev/kmsg")).isEmpty();
    }

    /** Another JVM, or this one after a restart, has an object of its own for the group. */
    @Test
    void rulesThatAnotherObjectSetAreReplacedToo() throws IOException {
        devices.apply(policy("deny c 1:5 r"));
        version.controller(group.directory()).apply(policy("deny c 1:3 r"));
        assertThat(shell.read("/dev/zero")).isEmpty();
        assertThat(shell.read("/dev/null")).contains(DENIED);
    }

    @Test
    void whatBothListsDenyOrAllowIsSoWhileOneReplacesTheOther() throws IOException {
        devices.apply(policy("deny a", "c 1:3 rw"));
        shell.start("i=0; while [ $i -lt 20000 ]; do true < /dev/zero; true < /dev/null; i=$((i+1)); done 2>&1"
                + " | sort | uniq -c");
        for (int i = 0; i < 200; i++) {
            devices.apply(policy("deny a", "c 1:3 rw", "c 1:7 r"));
            devices.apply(policy("deny a", "c 1:9 rw", "c *:3 r"));
        }
        assertThat(shell.answers())
                .singleElement()
                .asString()
                .contains(" 20000 ")
                .contains("/dev/zero", DENIED);
    }

    @Test
    void aGroupBelowCanOnlyDenyMore() throws IOException {
        devices.apply(policy("deny a", "c 1:3 rw"));
        try (TestGroup below = group.below();
                DeviceShell inside = new DeviceShell(below)) {
            assertThat(inside.read("/dev/zero")).contains(DENIED);
            version.controller(below.directory()).apply(policy("deny a", "c 1:3 r"));
            assertThat(inside.read("/dev/null")).isEmpty();
            assertThat(inside.write("/dev/null")).contains(DENIED);
            assertThat(inside.read("/dev/zero")).contains(DENIED);
        }
    }

    /** A directory for temporary files may be mounted nodev, the one of the devices cannot. */
    private static final class BesideDevices implements TempDirFactory {

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            return Files.createTempDirectory(Path.of("/dev"), "carrel-");
        }
    }

    /** Random lists, and for each list every way to ask for every device. */
    @Test
    void theKernelDecidesAsTheRulesSay(@TempDir(factory = BesideDevices.class) Path directory) throws IOException {
        Random random = new Random(4);
        String questions = questions(directory);
        int denied = 0;
        int asked = 0;
        for (int i = 0; i < ROUNDS; i++) {
            List<DeviceRule> rules = expressible(random);
            devices.apply(DevicePolicy.of(rules));
            Iterator<String> answers = ask(questions).iterator();
            for (DeviceNode device : DeviceModel.devices()) {
                for (Set<DeviceAccess> access : DeviceModel.WAYS) {
                    boolean allowed = DeviceModel.allows(rules, device, access);
                    assertThat(answers.next())
                            .as(() -> "%s asked to %s %s".formatted(rules, access, device))
                            .isEqualTo(allowed ? "allowed" : "denied");
                    asked++;
                    denied += allowed ? 0 : 1;
                }
            }
            assertThat(answers).isExhausted();
        }
        assertThat(denied).isBetween(asked / 10, asked * 9 / 10);
    }

    /** Such that the host's hierarchy can do it. */
    private List<DeviceRule> expressible(Random random) {
        while (true) {
            List<DeviceRule> rules = DeviceModel.randomList(random, 6);
            try {
                devices.check(DevicePolicy.of(rules));
                return rules;
            } catch (UnsupportedFeatureException exceptionOfAnException) {
                assertThat(version).isEqualTo(Version.V1);
            }
        }
    }

    /**
     * Makes the nodes, and a script that asks each question. No driver has these devices, so what is allowed fails too,
     * but otherwise. One archive makes all nodes anew, as a process for each takes long.
     */
    private String questions(Path directory) throws IOException {
        shell.run("cd " + directory + " && mkdir new");
        StringBuilder script =
                new StringBuilder("busybox rm -f new/*; (cd new; busybox cpio -i <../all 2>&1) >messages\n");
        for (DeviceNode device : DeviceModel.devices()) {
            String node = "%s-%d-%d".formatted(device.type().letter(), device.major(), device.minor());
            String made =
                    "busybox mknod %s %s %d %d".formatted(node, device.type().letter(), device.major(), device.minor());
            assertThat(shell.run(made)).isEmpty();
            assertThat(shell.read(node)).as("device nodes work in " + directory).doesNotContain("Permission denied");
            for (String redirection : List.of("<", ">>", "<>")) {
                script.append("true %s %s; echo =\n".formatted(redirection, node));
            }
            script.append(
                    "[ -c new/%1$s ] || [ -b new/%1$s ] || echo new/%1$s: %2$s; echo =\n".formatted(node, DENIED));
        }
        assertThat(shell.run("ls | busybox cpio -o -H newc >all 2>/dev/null; [ -s all ] || echo 'no archive'"))
                .isEmpty();
        return script.toString();
    }

    /** Each question prints at most one line about its failure, then "=". */
    private List<String> ask(String questions) throws IOException {
        List<String> answers = new ArrayList<>();
        boolean denied = false;
        for (String line : shell.run(questions)) {
            if (line.equals("=")) {
                answers.add(denied ? "denied" : "allowed");
                denied = false;
            } else {
                denied |= line.contains(DENIED);
            }
        }
        return answers;
    }
}
