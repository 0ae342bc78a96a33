package io.carrel.netns.relay;

/** What all relaying of this JVM shares. Immutable. */
record Relay(Loop loop, Pipes pipes) {

    private static final class Holder {
        static final Relay SHARED = new Relay(Loop.shared(), new Pipes());
    }

    static Relay shared() {
        return Holder.SHARED;
    }
}
