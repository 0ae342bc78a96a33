package io.carrel.linux.uapi;

/** {@code asm-generic/mman.h}: memory that a process maps. */
public final class Memory {

    public static final Constant PROT_READ = new Constant("PROT_READ", 1L);
    public static final Constant PROT_WRITE = new Constant("PROT_WRITE", 2L);
    public static final Constant MAP_PRIVATE = new Constant("MAP_PRIVATE", 2L);
    public static final Constant MAP_ANONYMOUS = new Constant("MAP_ANONYMOUS", 0x20L);
    public static final Constant MAP_FIXED_NOREPLACE = new Constant("MAP_FIXED_NOREPLACE", 0x100000L);
    public static final Constant MADV_DONTNEED = new Constant("MADV_DONTNEED", 4L);

    private Memory() {}
}
