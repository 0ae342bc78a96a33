package io.carrel.internal.program;

import static io.carrel.linux.uapi.Prctl.PR_CAPBSET_DROP;
import static io.carrel.linux.uapi.Prctl.PR_CAP_AMBIENT;
import static io.carrel.linux.uapi.Prctl.PR_CAP_AMBIENT_RAISE;
import static io.carrel.linux.uapi.Prctl.PR_SET_DUMPABLE;
import static io.carrel.linux.uapi.Prctl.PR_SET_KEEPCAPS;
import static io.carrel.linux.uapi.Prctl.PR_SET_NO_NEW_PRIVS;

import com.google.common.collect.Sets;
import io.carrel.internal.definition.ContainerSubject;
import io.carrel.internal.spec.Rights;
import io.carrel.linux.Capability;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.RLimit;
import io.carrel.linux.launch.ExecIds;
import io.carrel.linux.program.CapabilitySets;
import io.carrel.linux.program.Data;
import io.carrel.linux.program.Label;
import io.carrel.linux.program.Operand;
import io.carrel.linux.program.ProgramBuilder;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Struct;
import io.carrel.linux.uapi.Syscall;
import io.carrel.namespaces.User;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The steps by which a container's first process, and the command's, give up their privileges before the command is
 * executed.
 */
record Privileges(ProgramBuilder program) {

    private static final String OWN_USER = "give the first process a user of its own";

    /** Takes capabilities that are not attainable from all that the command will ever execute. */
    void shrinkBoundingSet(Rights rights) {
        rights.attainable().ifPresent(this::dropFromBoundingSet);
    }

    /** Gives up all that the command is not to have, in its process or in one that it is cloned from. */
    void giveUp(Rights rights, IdentitySteps ids) {
        reduce(rights, ids);
        if (rights.noNewPrivileges()) {
            noNewPrivileges();
        }
        notDumpable();
    }

    /** Takes away all capabilities but those that the command's user has, and changes to that user. */
    private void reduce(Rights rights, IdentitySteps ids) {
        Optional<Set<Capability>> kept = rights.of(ids.identity().user());
        if (!kept.orElse(Set.of()).isEmpty() && ids.identity().changesUser()) {
            set("keep capabilities when the user changes", PR_SET_KEEPCAPS, Operand.of(1));
        }
        if (ids.identity().changesUser()) {
            ids.becomeUser();
        }
        kept.ifPresent(capabilities -> keep(capabilities, rights));
    }

    private void keep(Set<Capability> kept, Rights rights) {
        setCapabilities(kept, rights.held());
        for (Capability capability : rights.held()) {
            program.call(
                    "let the command have " + capability.symbol(),
                    Syscall.PRCTL,
                    Operand.of(PR_CAP_AMBIENT),
                    Operand.of(PR_CAP_AMBIENT_RAISE),
                    operand(capability),
                    Operand.of(0),
                    Operand.of(0));
        }
    }

    /** No set-user-ID program gives the command more than it has. */
    void noNewPrivileges() {
        program.call(
                "forbid new privileges",
                Syscall.PRCTL,
                Operand.of(PR_SET_NO_NEW_PRIVS),
                Operand.of(1),
                Operand.of(0),
                Operand.of(0),
                Operand.of(0));
    }

    /**
     * Makes an init a user that nobody else in the container is, before there is a command that could hinder it. Root's
     * id stays as its saved one, by which the command's process, which it is about to clone, becomes root again with
     * all capabilities.
     */
    void beginToSuperviseAs(long uid) {
        Operand id = Operand.of(uid);
        program.call(OWN_USER, Syscall.SETRESUID, id, id, Operand.of(0)).about(ContainerSubject.USER);
        notDumpable();
    }

    /** The command's process, from there on. */
    void becomeRootAgain() {
        Operand root = Operand.of(0);
        program.call("become root in the container again", Syscall.SETRESUID, root, root, root)
                .about(ContainerSubject.USER);
    }

    /**
     * When the command has been executed: takes all from the init but the right to send signals to the others. It may
     * get back, for what it executes later, what it takes to become the command's user, and what the command has.
     */
    void superviseAs(long uid, Rights rights, User user) {
        Operand id = Operand.of(uid);
        set(OWN_USER, PR_SET_KEEPCAPS, Operand.of(1));
        program.call(OWN_USER, Syscall.SETRESUID, id, id, id).about(ContainerSubject.USER);
        CapabilitySets.set(
                program,
                OWN_USER,
                Capability.KILL.symbol() + ", at most " + show(attainableAgain(rights, user)),
                bits(Set.of(Capability.KILL)),
                bits(attainableAgain(rights, user)),
                0);
        if (rights.noNewPrivileges()) {
            noNewPrivileges();
        }
        notDumpable();
    }

    /**
     * What a process that the init clones later does first: then it can become root again as the command's process did.
     */
    void regain(Rights rights, User user) {
        Set<Capability> all = attainableAgain(rights, user);
        CapabilitySets.set(program, "have again what the command had", show(all), bits(all), 0);
    }

    /**
     * What such a process does to be another user than the command: it gets what that user's command would have had.
     */
    void becomeOther(Rights rights, ExecIds ids) {
        String step = "become another user than the command's";
        Label root = new Label("root");
        Label reduced = new Label("reduced");
        set("keep capabilities when the user changes", PR_SET_KEEPCAPS, Operand.of(1));
        program.call(step, Syscall.SETGROUPS, ids.groupCount(), ids.groups()).about(ContainerSubject.GROUPS);
        Operand gid = ids.gid();
        program.call(step, Syscall.SETRESGID, gid, gid, gid).about(ContainerSubject.GROUP);
        Operand uid = ids.uid();
        program.call(step, Syscall.SETRESUID, uid, uid, uid).about(ContainerSubject.USER);
        program.ifEqual(ids.uidWord(), User.ROOT.uid(), root);
        keep(rights.held(), rights);
        program.go(reduced);
        program.place(root);
        keep(rights.of(User.ROOT).orElse(Set.of()), rights);
        program.place(reduced);
        if (rights.noNewPrivileges()) {
            noNewPrivileges();
        }
        notDumpable();
    }

    private static Set<Capability> attainableAgain(Rights rights, User user) {
        Set<Capability> ofRoot = rights.of(User.ROOT).orElse(Set.of());
        return Sets.union(
                Set.of(Capability.KILL, Capability.SETUID, Capability.SETGID),
                Sets.union(ofRoot, rights.of(user).orElse(Set.of())));
    }

    private static String show(Set<Capability> capabilities) {
        return capabilities.stream().map(Capability::symbol).sorted().collect(Collectors.joining("|"));
    }

    /** Nobody in the container may look into, or trace, the process that supervises it. */
    void notDumpable() {
        set("keep the container from tracing its first process", PR_SET_DUMPABLE, Operand.of(0));
    }

    void limit(RLimit limit) {
        Data value = Data.struct(
                "{%s, %s}".formatted(show(limit.soft()), show(limit.hard())),
                Struct.ofSize(16).u64(limit.soft()).u64(limit.hard()).toBytes());
        program.call(
                "limit " + limit.resource().symbol(),
                Syscall.PRLIMIT64,
                Operand.of(0),
                Operand.of(
                        new Constant(limit.resource().symbol(), limit.resource().ordinal())),
                value.address(),
                Operand.none());
    }

    private static String show(long value) {
        return value == RLimit.UNLIMITED ? "RLIM_INFINITY" : Long.toString(value);
    }

    /** One by one, from the last that this kernel has; in a loop, if all go. */
    private void dropFromBoundingSet(Set<Capability> kept) {
        String step = "drop a capability from the bounding set";
        int last = lastCapability();
        if (kept.isEmpty()) {
            Data capability = Data.word("CAP", last);
            Label next = new Label("next capability");
            Label dropped = new Label("dropped");
            program.place(next);
            set(step, PR_CAPBSET_DROP, program.load(capability.address(), "CAP"));
            program.add(capability.address(), -1, capability.address())
                    .onZero(next)
                    .onPositive(next)
                    .onFailure(dropped);
            program.place(dropped);
            return;
        }
        List<Integer> keptNumbers = kept.stream().map(Capability::number).toList();
        for (int number = last; number >= 0; number--) {
            if (!keptNumbers.contains(number)) {
                set(step, PR_CAPBSET_DROP, Operand.of(number));
            }
        }
    }

    /** Newer kernels have capabilities that we do not know. */
    private static int lastCapability() {
        Path file = Path.of("/proc/sys/kernel/cap_last_cap");
        try {
            return Integer.parseInt(KernelFile.read(file).strip());
        } catch (IOException | NumberFormatException e) {
            throw new KernelFileException("Cannot find the last capability", file.toString(), "", e);
        }
    }

    /** Root has all that it can attain with the next execve; others inherit theirs. */
    private void setCapabilities(Set<Capability> kept, Set<Capability> inherited) {
        CapabilitySets.set(
                program,
                kept.isEmpty() ? "drop all capabilities" : "keep only these capabilities",
                kept.isEmpty() ? "0" : show(kept),
                bits(kept),
                bits(inherited));
    }

    private static long bits(Set<Capability> capabilities) {
        return capabilities.stream()
                .mapToLong(capability -> 1L << capability.number())
                .sum();
    }

    private void set(String step, Constant option, Operand value) {
        program.call(step, Syscall.PRCTL, Operand.of(option), value, Operand.of(0), Operand.of(0), Operand.of(0));
    }

    private static Operand operand(Capability capability) {
        return Operand.of(new Constant(capability.symbol(), capability.number()));
    }
}
