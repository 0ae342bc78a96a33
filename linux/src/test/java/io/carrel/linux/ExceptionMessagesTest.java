package io.carrel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExceptionMessagesTest {

    @Test
    void aFailedCallIsToldWithArgumentsErrnoAndRemedy() {
        SyscallException exception =
                new SyscallException("Cannot join the network namespace", "setns", "5, CLONE_NEWNET", Errno.EPERM);
        assertThat(exception)
                .hasMessage("Cannot join the network namespace: setns(5, CLONE_NEWNET) failed with EPERM (1).\n"
                        + "Joining this namespace needs CAP_SYS_ADMIN in the user namespace that owns it.");
        assertThat(exception.call()).isEqualTo("setns");
        assertThat(exception.arguments()).isEqualTo("5, CLONE_NEWNET");
        assertThat(exception.errno()).isEqualTo(Errno.EPERM);
    }

    @Test
    void aFailedCallWithoutKnownRemedyEndsWithTheErrno() {
        assertThat(new SyscallException("Cannot close", "close", "5", Errno.named("EBADF")))
                .hasMessage("Cannot close: close(5) failed with EBADF (9).");
    }

    @Test
    void aFailedStepIsToldLikeAFailedCall() {
        SetupException exception = new SetupException("enter /work", "chdir", "\"/work\"", Errno.ENOENT);
        assertThat(exception)
                .hasMessage(
                        "Cannot enter /work: chdir(\"/work\") failed with ENOENT (2).\n"
                                + "The directory does not exist inside the container, or its path has a link that leads nowhere.");
        assertThat(exception.step()).isEqualTo("enter /work");
        assertThat(exception.call()).isEqualTo("chdir");
        assertThat(exception.arguments()).isEqualTo("\"/work\"");
        assertThat(exception.errno()).isEqualTo(Errno.ENOENT);
        assertThat(exception.remedy())
                .contains(
                        "The directory does not exist inside the container, or its path has a link that leads nowhere.");
    }

    @Test
    void longArgumentsAreCutInMessagesAlone() {
        String argument = "x".repeat(131_072);
        SetupException exception = new SetupException("execute it", "execve", argument, Errno.E2BIG);
        assertThat(exception.getMessage())
                .hasSizeLessThan(2000)
                .contains("xxx... (131072 characters)) failed with E2BIG (7).\n")
                .contains("An argument or a variable may have 128 KiB");
        assertThat(exception.arguments()).isEqualTo(argument);
    }

    @Test
    void aFailedStepMayBringItsOwnRemedy() {
        SetupException exception = new SetupException("start", "read", "channel", Errno.ECONNRESET, "Look at the log.");
        assertThat(exception).hasMessage("Cannot start: read(channel) failed with ECONNRESET (104).\nLook at the log.");
        assertThat(exception.remedy()).contains("Look at the log.");
    }

    @Test
    void aFailedStepWithoutKnownRemedyHasNone() {
        SetupException exception = new SetupException("wait", "futex", "0", Errno.EINVAL);
        assertThat(exception).hasMessage("Cannot wait: futex(0) failed with EINVAL (22).");
        assertThat(exception.remedy()).isEmpty();
    }

    @Test
    void aKernelFileIsNamedWithItsTextAndTheCause() {
        KernelFileException exception = new KernelFileException(
                "Cannot limit CPU time",
                "/sys/fs/cgroup/a/cpu.max",
                "max 100000",
                new IOException("Permission denied"));
        assertThat(exception)
                .hasMessage("Cannot limit CPU time: file /sys/fs/cgroup/a/cpu.max, text \"max 100000\":"
                        + " Permission denied")
                .hasCauseInstanceOf(IOException.class);
        assertThat(exception.path()).isEqualTo("/sys/fs/cgroup/a/cpu.max");
        assertThat(exception.text()).isEqualTo("max 100000");
    }

    @Test
    void aKernelFileWithoutTextOrCauseIsNamedAlone() {
        assertThat(new KernelFileException("Cannot read mounts", "/proc/self/mountinfo", "", null))
                .hasMessage("Cannot read mounts: file /proc/self/mountinfo")
                .hasNoCause();
    }

    @Test
    void anUnsupportedFeatureIsNamedWithTheReason() {
        UnsupportedFeatureException exception =
                new UnsupportedFeatureException("idmapped mounts", "They need Linux 5.12 or newer; this is 5.10.");
        assertThat(exception)
                .hasMessage("This host has no idmapped mounts: They need Linux 5.12 or newer; this is 5.10.");
        assertThat(exception.feature()).isEqualTo("idmapped mounts");
        assertThat(exception.reason()).isEqualTo("They need Linux 5.12 or newer; this is 5.10.");
    }

    @Test
    void aFileOfTheHostsIsNamedWithTheErrorUnderneath() {
        IOException cause = new IOException("No space left on device");
        HostFileException exception =
                new HostFileException("Cannot write the state of a network", Path.of("/run/carrel/network"), cause);
        assertThat(exception)
                .hasMessage("Cannot write the state of a network: file /run/carrel/network: No space left on device")
                .hasCause(cause);
        assertThat(exception.failure()).isSameAs(cause);
    }

    @Test
    void whatTheKernelLacksIsToldWithTheFirstThatHasIt() {
        UnsupportedFeatureException exception =
                new UnsupportedFeatureException(KernelFeature.MOUNT_SETATTR, "Bind without translating owners.");
        assertThat(exception)
                .hasMessage("This host has no idmapped mounts: Linux 5.12 has them. Bind without translating owners.");
        assertThat(exception.minimumKernel()).contains(new KernelVersion(5, 12));
        assertThat(new UnsupportedFeatureException("bridges", "They are for root.").minimumKernel())
                .isEmpty();
    }

    @Test
    void whatIsNotThereIsToldWithPlaceAndRemedy() {
        NotFoundException exception = new NotFoundException(
                NotFoundException.Kind.NETWORK, "lab", "/run/carrel/networks", "make it by Networks.create");
        assertThat(exception)
                .hasMessage("there is no network named lab in /run/carrel/networks; make it by Networks.create");
        assertThat(exception.kind()).isEqualTo(NotFoundException.Kind.NETWORK);
        assertThat(exception.name()).isEqualTo("lab");
        assertThat(exception.where()).contains("/run/carrel/networks");
        assertThat(exception.remedy()).contains("make it by Networks.create");
    }

    @Test
    void whatIsNotThereMayBeToldAlone() {
        NotFoundException exception = new NotFoundException(NotFoundException.Kind.IMAGE, "debian:12");
        assertThat(exception).hasMessage("there is no image debian:12");
        assertThat(exception.where()).isEmpty();
        assertThat(exception.remedy()).isEmpty();
    }

    @Test
    void whatIsNotPermittedIsToldWithWhatItTakes() {
        NotPermittedException exception = new NotPermittedException(
                "change the host's network", "root of the host", "A container without a network can publish ports.");
        assertThat(exception)
                .hasMessage("This process may not change the host's network: that takes root of the host."
                        + " A container without a network can publish ports.");
        assertThat(exception.refused()).isEqualTo("change the host's network");
        assertThat(exception.needed()).isEqualTo("root of the host");
        assertThat(exception.remedy()).contains("A container without a network can publish ports.");
        assertThat(new NotPermittedException("mount it", "CAP_SYS_ADMIN", ""))
                .hasMessage("This process may not mount it: that takes CAP_SYS_ADMIN.");
    }

    /** Whatever part of a message a container may have chosen: no colours, no titles, no text backwards. */
    @Test
    void noExceptionSaysRawWhatOthersChose() throws ReflectiveOperationException {
        String hostile = "a\u001b]0;title\u0007\u001b[31m\u202e\u009bb";
        Map<Class<?>, Object> arguments = Map.of(
                String.class,
                hostile,
                Errno.class,
                Errno.EPERM,
                Subject.class,
                LinuxSubject.OTHER,
                KernelFeature.class,
                KernelFeature.MOUNT_SETATTR,
                NotFoundException.Kind.class,
                NotFoundException.Kind.CONTAINER,
                Path.class,
                Path.of(hostile),
                IOException.class,
                new IOException(hostile),
                Throwable.class,
                new IOException(hostile));
        for (Class<?> type : ContainerException.class.getPermittedSubclasses()) {
            for (Constructor<?> constructor : type.getConstructors()) {
                Object[] all = Arrays.stream(constructor.getParameterTypes())
                        .map(arguments::get)
                        .toArray();
                Throwable exception = (Throwable) constructor.newInstance(all);
                String message = String.valueOf(exception.getMessage());
                assertThat(message)
                        .as("%s", constructor)
                        .contains("a\\x1b]0;title\\x07\\x1b[31m\\u202e\\x9bb")
                        .isEqualTo(Printable.lines(message));
            }
        }
    }

    @Test
    void aNameCannotBeginALineOfTheMessage() {
        String forged = "x\ncarrel: all is well";
        assertThat(new SyscallException("Cannot open " + forged, "openat", forged, Errno.named("EIO")))
                .hasMessage(
                        "Cannot open x\\ncarrel: all is well: openat(x\\ncarrel: all is well) failed with EIO (5).");
        assertThat(new RefusedContentException("layer", forged, forged + " is bad", null))
                .hasMessage("layer, x\\ncarrel: all is well: x\\ncarrel: all is well is bad");
        assertThat(new KernelFileException("Cannot read", forged, forged, null))
                .hasMessage("Cannot read: file x\\ncarrel: all is well, text \"x\\ncarrel: all is well\"");
    }
}
