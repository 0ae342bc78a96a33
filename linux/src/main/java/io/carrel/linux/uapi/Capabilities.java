package io.carrel.linux.uapi;

/** {@code linux/capability.h}, as far as modules below the container need it. */
public final class Capabilities {

    public static final Constant CAP_SYS_ADMIN = new Constant("CAP_SYS_ADMIN", 21L);

    private Capabilities() {}
}
