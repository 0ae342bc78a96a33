package io.carrel.linux.uapi;

/** {@code linux/bpf.h}: the commands of {@code bpf(2)}, and what a program about devices is given. */
public final class Bpf {

    public static final Constant BPF_PROG_LOAD = new Constant("BPF_PROG_LOAD", 5L);
    public static final Constant BPF_PROG_ATTACH = new Constant("BPF_PROG_ATTACH", 8L);
    public static final Constant BPF_PROG_DETACH = new Constant("BPF_PROG_DETACH", 9L);
    public static final Constant BPF_PROG_GET_FD_BY_ID = new Constant("BPF_PROG_GET_FD_BY_ID", 13L);
    public static final Constant BPF_OBJ_GET_INFO_BY_FD = new Constant("BPF_OBJ_GET_INFO_BY_FD", 15L);
    public static final Constant BPF_PROG_QUERY = new Constant("BPF_PROG_QUERY", 16L);

    public static final Constant BPF_PROG_TYPE_CGROUP_DEVICE = new Constant("BPF_PROG_TYPE_CGROUP_DEVICE", 15L);
    public static final Constant BPF_CGROUP_DEVICE = new Constant("BPF_CGROUP_DEVICE", 6L);
    public static final Constant BPF_F_ALLOW_MULTI = new Constant("BPF_F_ALLOW_MULTI", 2L);
    public static final Constant BPF_F_REPLACE = new Constant("BPF_F_REPLACE", 4L);

    public static final Constant BPF_DEVCG_ACC_MKNOD = new Constant("BPF_DEVCG_ACC_MKNOD", 1L);
    public static final Constant BPF_DEVCG_ACC_READ = new Constant("BPF_DEVCG_ACC_READ", 2L);
    public static final Constant BPF_DEVCG_ACC_WRITE = new Constant("BPF_DEVCG_ACC_WRITE", 4L);
    public static final Constant BPF_DEVCG_DEV_BLOCK = new Constant("BPF_DEVCG_DEV_BLOCK", 1L);
    public static final Constant BPF_DEVCG_DEV_CHAR = new Constant("BPF_DEVCG_DEV_CHAR", 2L);

    /** Where {@code struct bpf_cgroup_dev_ctx} holds the access, in its upper half, and the type, in its lower half. */
    public static final int DEVICE_ACCESS_TYPE = 0;
    /** Where it holds the major number. */
    public static final int DEVICE_MAJOR = 4;
    /** Where it holds the minor number. */
    public static final int DEVICE_MINOR = 8;

    /** The longest name of a program, without the NUL after it. */
    public static final int LONGEST_NAME = 15;

    private Bpf() {}
}
