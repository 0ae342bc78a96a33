package io.carrel.netns;

/**
 * A program that connects a network namespace to the host's network as an ordinary user can: it speaks TCP, UDP and ICMP with
 * the namespace, over a TAP device, and for each connection has a socket of the host's.
 */
public enum UserMode {
    /** Of the package passt: the faster one, with the host's own addresses inside. */
    PASTA("pasta", "passt"),
    /** The older one, with addresses of 10.0.2.0/24 inside. */
    SLIRP4NETNS("slirp4netns", "slirp4netns");

    private final String program;
    private final String distribution;

    UserMode(String program, String distribution) {
        this.program = program;
        this.distribution = distribution;
    }

    /** The program's name. */
    public String program() {
        return program;
    }

    /** The package that it is in, in most distributions. */
    public String distributedIn() {
        return distribution;
    }
}
