package io.carrel.internal.step;

import io.carrel.linux.Descriptor;
import io.carrel.linux.launch.Launcher;
import io.carrel.linux.launch.ProgramFile;
import io.carrel.linux.launch.StandardStreams;
import io.carrel.linux.launch.StreamEnds;
import io.carrel.linux.program.SyscallProgram;
import java.util.List;

/** How one start gets its program and its process. */
public interface Launch {

    /** Returns the ends of streams that this start is given, and does not open. */
    StreamEnds given();

    /** Returns the program, when all is acquired that it names. */
    SyscallProgram program(HostResources start);

    /** Starts the program, and returns when the command runs; after a failure nothing of it is left. */
    Launched launch(ProgramFile file, StandardStreams.Open streams, List<Descriptor> passed, Launcher.HostWork work);
}
