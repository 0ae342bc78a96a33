package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What executes commands in a running container: its init, in one way or another. */
public interface ExecServer {

    /**
     * Has a command executed. The descriptors must stay open until there is an answer; one that is cancelled ends the
     * process when it comes.
     *
     * @param descriptors the standard streams, and what the command's cgroup is entered by
     * @throws IllegalStateException if there is no init, or it has ended, or too many run already
     * @throws io.carrel.linux.SetupException if the command is too large
     */
    CompletableFuture<Exec> execute(ExecCommand command, List<Descriptor> descriptors);
}
