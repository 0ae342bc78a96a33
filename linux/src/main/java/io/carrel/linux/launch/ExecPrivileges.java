package io.carrel.linux.launch;

/**
 * Appends how a process that an init has cloned comes to its privileges, and how it gives up what it is not to have.
 */
public interface ExecPrivileges {

    /** Nothing: it has what the command's process began with. */
    ExecPrivileges SAME = new ExecPrivileges() {};

    /** Appends what gives it the privileges with which the command's process began. */
    default void regain() {}

    /** Returns whether it can be another user than the command. */
    default boolean canBeOthers() {
        return false;
    }

    /**
     * Appends what it does, after {@link #regain}, in place of what the command's process did to become its user.
     *
     * @param ids that user
     */
    default void becomeOther(ExecIds ids) {
        throw new UnsupportedOperationException("it is always the command's user");
    }
}
