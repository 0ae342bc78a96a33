package io.carrel.netns.relay;

import io.carrel.linux.Descriptor;

/** What all relaying of this JVM shares. Immutable. */
public record Relay(Loop loop, Pipes pipes) {

    private static final class Holder {
        static final Relay SHARED = new Relay(Loop.shared(), new Pipes());
    }

    /** Returns the one of this JVM. */
    public static Relay shared() {
        return Holder.SHARED;
    }

    /**
     * Joins two connected sockets until both directions have ended. Only for the loop's thread.
     *
     * @param first what the client had sent already
     * @param visit what ends with it
     */
    public void join(Descriptor client, Descriptor server, byte[] first, Acceptor.Visit visit) {
        join(client, server, new Flow(client, server, pipes, first), visit);
    }

    /**
     * Does the same with what the client says first looked at whenever it says it, while what the server says is passed
     * on.
     *
     * @param already what the client had sent already, which is looked at, too
     */
    public void join(Descriptor client, Descriptor server, Opening opening, byte[] already, Acceptor.Visit visit) {
        join(client, server, new Flow(client, server, pipes, new HeldInput(client, opening, already)), visit);
    }

    private void join(Descriptor client, Descriptor server, Flow up, Acceptor.Visit visit) {
        Connection connection = new Connection(loop, pipes, client, server, up, visit::ended);
        visit.endBy(connection::close);
    }
}
