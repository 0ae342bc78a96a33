package io.carrel.linux.launch;

import io.carrel.linux.Errno;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.program.Report;
import io.carrel.linux.uapi.Keyctl;
import io.carrel.linux.uapi.Syscall;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Keeps the keys of this JVM's session from a command: what a process inherits it possesses, in whatever namespaces it
 * is, and may read and change.
 *
 * <p>The launcher leaves the session's keyring for one that all launchers of this JVM have. That is empty, and closed
 * to everybody: nobody can put anything in, so nobody can pass anything on by it. The command then gets a keyring of
 * its own. Where its user has as many keys already as {@code kernel.keys.maxkeys} allows, it keeps the closed one. A
 * kernel without keyrings has nothing to keep, and a filter that forbids them to the launcher forbids them to the
 * command as well.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/session-keyring.7.html">session-keyring(7)</a>
 */
record SessionKeyring(ProgramBuilder program) {

    /** A name that nobody else can give to a keyring before this JVM does. */
    private static final Data NAME =
            Data.struct("carrel-RANDOM", ("carrel-" + UUID.randomUUID() + '\0').getBytes(StandardCharsets.US_ASCII));

    /** In the launcher, which still is who the JVM is. */
    void leaveTheJvms() {
        Label refused = new Label("no keyrings");
        Label joined = new Label("joined");
        Label closedBefore = new Label("closed before");
        Label left = new Label("left the JVM's keyring");
        program.call(
                        "leave the session keyring of the JVM",
                        Syscall.KEYCTL,
                        Operand.of(Keyctl.KEYCTL_JOIN_SESSION_KEYRING),
                        NAME.address())
                .onPositive(joined)
                .onZero(left) // It has it already.
                .onFailure(refused);
        program.place(joined);
        program.call(
                        "close the keyring",
                        Syscall.KEYCTL,
                        Operand.of(Keyctl.KEYCTL_SETPERM),
                        Operand.of(Keyctl.KEY_SPEC_SESSION_KEYRING),
                        Operand.of(Keyctl.KEY_USR_SEARCH))
                .onZero(left)
                .onFailure(closedBefore);
        program.place(closedBefore);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EACCES.number(), left);
        program.fail();
        program.place(refused);
        program.ifEqual(program.report(Report.FAILURE), -Errno.ENOSYS.number(), left);
        program.ifEqual(program.report(Report.FAILURE), -Errno.EPERM.number(), left);
        program.fail();
        program.place(left);
    }

    /** In the command's process, when it is its user. */
    void makeOwn() {
        program.call(
                        "give the command a session keyring of its own",
                        Syscall.KEYCTL,
                        Operand.of(Keyctl.KEYCTL_JOIN_SESSION_KEYRING),
                        Operand.none())
                .ignoreFailure();
    }
}
