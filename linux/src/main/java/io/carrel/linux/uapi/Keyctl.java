package io.carrel.linux.uapi;

/** {@code linux/keyctl.h} and, of the kernel's own {@code linux/key.h}, the permissions that keyctl(2) documents. */
public final class Keyctl {

    public static final Constant KEYCTL_JOIN_SESSION_KEYRING = new Constant("KEYCTL_JOIN_SESSION_KEYRING", 1L);
    public static final Constant KEYCTL_SETPERM = new Constant("KEYCTL_SETPERM", 5L);
    public static final Constant KEY_SPEC_SESSION_KEYRING = new Constant("KEY_SPEC_SESSION_KEYRING", -3L);
    public static final Constant KEY_USR_SEARCH = new Constant("KEY_USR_SEARCH", 0x80000L);

    private Keyctl() {}
}
