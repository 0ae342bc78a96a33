package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.namespaces.User;
import io.carrel.testing.Inside;
import io.carrel.testing.Outside;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command of the default container can do to files: nothing outside /tmp. */
@Tag("kernel")
class HostFilesTest {

    /**
     * Device files and links of /proc are doors to what the command has anyway; the pressure files only take triggers.
     */
    private static final String WRITABLE =
            "find / -maxdepth 3 \\( -path '/proc/[0-9]*' -o -path /proc/pressure \\) -prune -o ! -type l -writable -print";

    @Test
    void nothingCanBeWrittenToButTmpAndTheHarmlessDevices() throws Exception {
        List<String> harmless = List.of(
                "/dev/null",
                "/dev/zero",
                "/dev/full",
                "/dev/random",
                "/dev/urandom",
                "/dev/tty",
                "/dev/pts",
                "/dev/pts/ptmx");
        List<String> writable = Inside.lines(Container.builder(), WRITABLE + " 2>/dev/null || true");
        assertThat(writable).contains("/tmp", "/dev/null");
        writable = writable.stream().filter(path -> !harmless.contains(path)).toList();
        assertThat(writable).containsExactly("/tmp");
    }

    /**
     * Each setting is written what it holds already. Those of the System V IPC and the PID namespace belong to the root
     * inside, who has them for the container alone.
     */
    @Test
    void noSettingOfTheHostsKernelCanBeWritten() throws Exception {
        String script =
                "find /proc/sys -type f -writable 2>/dev/null | while read f; do v=$(cat $f 2>/dev/null) || continue;"
                        + " (echo \"$v\" > $f) 2>/dev/null && echo $f; done; true";
        assertThat(Inside.lines(Container.builder().user(User.of(7, 7)), script))
                .isEmpty();
        assertThat(Inside.lines(Container.builder(), script))
                .allSatisfy(setting -> assertThat(setting)
                        .matches("/proc/sys/(fs/mqueue/.*|kernel/(auto_msgmni|msg.*|sem.*|shm.*|pid_max))"));
    }

    @Test
    void aSettingOfTheContainersOwnNamespacesDoesNotChangeTheHosts() throws Exception {
        List<String> before = Outside.lines(Path.of("/proc/sys/kernel/msgmax"));
        Inside.run(Container.builder(), "(echo 4242 > /proc/sys/kernel/msgmax) 2>/dev/null || true");
        assertThat(Outside.lines(Path.of("/proc/sys/kernel/msgmax"))).isEqualTo(before);
    }

    @Test
    void noFileIsMadeInAnyDirectoryOfTheRoot() throws Exception {
        String script =
                "for d in / /*/ /*/*/; do case $d in /tmp/*|/proc/[0-9]*|/proc/self/|/proc/thread-self/|/dev/shm/"
                        + "|/dev/fd/|/var/tmp/) continue;; esac;"
                        + " (echo x > \"${d}carrel-test\") 2>/dev/null && echo made a file in $d;"
                        + " mkdir \"${d}carrel-dir\" 2>/dev/null && echo made a directory in $d; done; true";
        assertThat(Inside.run(Container.builder(), script)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rm /etc/passwd",
                "mv /etc/passwd /etc/p",
                "chmod 777 /etc/passwd",
                "chown $(id -u) /etc/passwd",
                "touch /usr/bin/env",
                "ln -s /tmp /usr/x",
                "rm /bin",
                "rmdir /run",
                "mkdir /home",
                "truncate -s 0 /etc/passwd",
                "mount -o remount,rw /",
                "mount -t tmpfs tmpfs /run",
                "umount /proc",
                "umount /dev/null",
                "rm /dev/null",
                "mknod /tmp/disk b 254 0",
                "mknod /tmp/mem c 1 1",
                "swapon /tmp",
                "hostname evil",
                "chroot /tmp /bin/true",
                "echo evil > /proc/sys/kernel/hostname",
                "echo 1 > /proc/sys/kernel/core_pattern",
                "echo b > /proc/sysrq-trigger",
                "echo 1 > /proc/sys/net/ipv4/ip_forward",
                "echo x > /dev/kmsg",
                "cat /dev/mem",
                "cat /proc/kcore",
                "unshare -n true"
            })
    void isRefused(String attempt) throws Exception {
        ContainerResult result = Inside.attempt(Container.builder(), attempt);
        assertThat(result.exitStatus().success()).as(result.toString()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp", "/dev/shm", "/var/tmp"})
    void temporaryFilesHaveAPlaceToExecuteFrom(String directory) throws Exception {
        String script =
                "cd %s; printf '#!/bin/sh\\necho here' > f; chmod +x f; ./f; stat -f -c %%T .".formatted(directory);
        assertThat(Inside.lines(Container.builder(), script)).containsExactly("here", "tmpfs");
    }

    @Test
    void temporaryFilesAreNotTheHosts() throws Exception {
        assertThat(Inside.run(Container.builder(), "ls -A /tmp; echo x > /tmp/mine"))
                .isEmpty();
        assertThat(Inside.run(Container.builder(), "ls -A /tmp")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/root",
                "/home",
                "/srv",
                "/mnt",
                "/media",
                "/boot",
                "/sys",
                "/var/lib",
                "/var/run",
                "/lost+found"
            })
    void whatTheHostHasElsewhereIsAbsent(String path) throws Exception {
        assertThat(Inside.attempt(Container.builder(), "ls -d " + path)
                        .exitStatus()
                        .success())
                .isFalse();
    }

    @Test
    void runIsEmptyAndVarHoldsALinkOnly() throws Exception {
        assertThat(Inside.run(Container.builder(), "ls -A /run")).isEmpty();
        assertThat(Inside.run(Container.builder(), "ls -A /var")).isEqualTo("tmp");
    }

    @Test
    void theHostsProgramsAndSettingsAreThere() throws Exception {
        assertThat(Inside.run(Container.builder(), "test -x /bin/sh && test -r /etc/passwd && echo yes"))
                .isEqualTo("yes");
    }

    @Test
    void setUserIdProgramsAndDevicesHaveNoEffectAnywhere() throws Exception {
        List<String> options =
                Inside.lines(Container.builder(), "grep -v ' /dev/' /proc/self/mountinfo | cut -d ' ' -f 5,6");
        assertThat(options).isNotEmpty().allSatisfy(line -> assertThat(line).contains("nosuid", "nodev"));
    }

    @Test
    void devicesDoWhatTheirNamesSay() throws Exception {
        assertThat(
                        Inside.run(
                                Container.builder(),
                                "echo x > /dev/null; head -c 3 /dev/zero | od -An -tx1 | tr -d ' '; head -c 8 /dev/urandom | wc -c;"
                                        + " head -c 8 /dev/random | wc -c; head -c 1 /dev/zero 2>&1 > /dev/full | grep -o 'No space.*'"))
                .isEqualTo("000000\n8\n8\nNo space left on device");
    }
}
