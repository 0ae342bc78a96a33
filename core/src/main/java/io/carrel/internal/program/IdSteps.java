package io.carrel.internal.program;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.carrel.internal.definition.Identity;
import io.carrel.internal.identity.HostProgram;
import io.carrel.internal.step.HostStep;
import io.carrel.linux.Errno;
import io.carrel.linux.SetupException;
import io.carrel.namespaces.IdMap;
import io.carrel.outcome.HostStage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The steps by which an ordinary user's container gets subordinate ids, which only set-user-ID programs may map. */
public final class IdSteps {

    private IdSteps() {}

    /** None for a container that has other ids. */
    public static List<HostStep<?>> of(Identity identity) {
        return identity.kind() == Identity.Kind.SUBORDINATE
                ? ImmutableList.of(map("newuidmap", identity.users()), map("newgidmap", identity.groups()))
                : ImmutableList.of();
    }

    private static HostStep<?> map(String program, IdMap map) {
        String arguments = map.format().strip().replace('\n', ' ');
        return HostStep.doing(
                HostStage.MAP_IDS,
                HostStep.Moment.IDS,
                "%s PID %s".formatted(program, arguments),
                start -> run(program, start.pid(), arguments));
    }

    /** The two set-user-ID programs check the range against /etc/subuid and /etc/subgid. */
    private static void run(String program, int pid, String arguments) {
        List<String> command = ImmutableList.<String>builder()
                .add(HostProgram.find(program).orElse(program), Integer.toString(pid))
                .addAll(Splitter.on(' ').split(arguments))
                .build();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw failure(program, arguments, Errno.EPERM, "It said: " + output);
            }
        } catch (IOException e) {
            throw failure(
                    program,
                    arguments,
                    Errno.ENOENT,
                    "Install it: it is in the package uidmap or shadow-utils of most distributions.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(program, arguments, Errno.EINTR, "The thread was interrupted.");
        }
    }

    private static SetupException failure(String program, String arguments, Errno errno, String remedy) {
        return new SetupException("map the container's ids", program, arguments, errno, remedy);
    }
}
