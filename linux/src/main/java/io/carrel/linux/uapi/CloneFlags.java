package io.carrel.linux.uapi;

import java.util.List;

/** {@code linux/sched.h}: what {@code clone}, {@code unshare} and {@code setns} make new or share. */
public final class CloneFlags {

    public static final Constant CLONE_VM = new Constant("CLONE_VM", 0x100L);
    public static final Constant CLONE_FILES = new Constant("CLONE_FILES", 0x400L);
    public static final Constant CLONE_FS = new Constant("CLONE_FS", 0x200L);
    public static final Constant CLONE_PIDFD = new Constant("CLONE_PIDFD", 0x1000L);
    public static final Constant CLONE_VFORK = new Constant("CLONE_VFORK", 0x4000L);
    public static final Constant CLONE_PARENT = new Constant("CLONE_PARENT", 0x8000L);
    public static final Constant CLONE_NEWNS = new Constant("CLONE_NEWNS", 0x20000L);
    public static final Constant CLONE_PARENT_SETTID = new Constant("CLONE_PARENT_SETTID", 0x100000L);
    public static final Constant CLONE_CHILD_CLEARTID = new Constant("CLONE_CHILD_CLEARTID", 0x200000L);
    public static final Constant CLONE_CHILD_SETTID = new Constant("CLONE_CHILD_SETTID", 0x1000000L);
    public static final Constant CLONE_NEWCGROUP = new Constant("CLONE_NEWCGROUP", 0x2000000L);
    public static final Constant CLONE_NEWUTS = new Constant("CLONE_NEWUTS", 0x4000000L);
    public static final Constant CLONE_NEWIPC = new Constant("CLONE_NEWIPC", 0x8000000L);
    public static final Constant CLONE_NEWUSER = new Constant("CLONE_NEWUSER", 0x10000000L);
    public static final Constant CLONE_NEWPID = new Constant("CLONE_NEWPID", 0x20000000L);
    public static final Constant CLONE_NEWNET = new Constant("CLONE_NEWNET", 0x40000000L);

    /** Only {@code clone3} takes it. */
    public static final Constant CLONE_INTO_CGROUP = new Constant("CLONE_INTO_CGROUP", 0x200000000L);

    private static final List<Constant> NAMESPACES = List.of(
            CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET);

    private CloneFlags() {}

    /** Returns the flags of namespaces that are set in {@code value}, by their names. */
    public static Constant namespaces(long value) {
        return NAMESPACES.stream().filter(flag -> (value & flag.value()) != 0).reduce(Constant.of(0), Constant::or);
    }
}
