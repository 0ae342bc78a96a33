package io.carrel.linux.uapi;

/** {@code linux/prctl.h} and {@code linux/capability.h}. */
public final class Prctl {

    public static final Constant PR_SET_PDEATHSIG = new Constant("PR_SET_PDEATHSIG", 1L);
    public static final Constant PR_GET_DUMPABLE = new Constant("PR_GET_DUMPABLE", 3L);
    public static final Constant PR_SET_DUMPABLE = new Constant("PR_SET_DUMPABLE", 4L);
    public static final Constant PR_SET_KEEPCAPS = new Constant("PR_SET_KEEPCAPS", 8L);
    public static final Constant PR_CAPBSET_DROP = new Constant("PR_CAPBSET_DROP", 24L);
    public static final Constant PR_SET_NO_NEW_PRIVS = new Constant("PR_SET_NO_NEW_PRIVS", 38L);
    public static final Constant PR_CAP_AMBIENT = new Constant("PR_CAP_AMBIENT", 47L);
    public static final Constant PR_CAP_AMBIENT_RAISE = new Constant("PR_CAP_AMBIENT_RAISE", 2L);
    public static final Constant _LINUX_CAPABILITY_VERSION_3 = new Constant("_LINUX_CAPABILITY_VERSION_3", 0x20080522L);

    private Prctl() {}
}
