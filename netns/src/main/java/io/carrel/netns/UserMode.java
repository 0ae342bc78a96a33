package io.carrel.netns;

/**
 * A program that connects a network namespace to the host's network without privileges: it speaks TCP, UDP and ICMP
 * with the namespace, over a TAP device, and has a socket of the host for each connection.
 */
public enum UserMode {
    /** The faster one, of the package passt, with the host's own addresses inside. See pasta(1). */
    PASTA("pasta", "passt"),
    /** The older one, with addresses of 10.0.2.0/24 inside. See slirp4netns(1). */
    SLIRP4NETNS("slirp4netns", "slirp4netns");

    private final String program;
    private final String distribution;

    UserMode(String program, String distribution) {
        this.program = program;
        this.distribution = distribution;
    }

    /** Returns the program's name. */
    public String program() {
        return program;
    }

    /** Returns the name of the package that contains it in most distributions. */
    public String distributedIn() {
        return distribution;
    }
}
