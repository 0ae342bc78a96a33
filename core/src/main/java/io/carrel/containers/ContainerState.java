package io.carrel.containers;

/** What becomes of a container: it is created, runs, may be paused, and has exited; then it can be started again. */
public enum ContainerState {
    /** It has not run yet: it is being started, or its start failed. */
    CREATED,
    /** Its first process exists. */
    RUNNING,
    /** The same, and its processes are stopped. */
    PAUSED,
    /** It has ended, and how is known. */
    EXITED,
    /** It has ended, and nobody could note how: it was killed with who held it, or the host went down. */
    DEAD;

    /** Returns whether it has processes. */
    public boolean isAlive() {
        return this == RUNNING || this == PAUSED;
    }
}
