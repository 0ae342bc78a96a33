package io.carrel.netns;

/** A change in a network namespace, whoever made it. */
public sealed interface NetworkEvent {

    /** A link is new or another than before, or gone. */
    record LinkEvent(boolean present, Link link) implements NetworkEvent {}

    /** An address is new, or gone. */
    record AddressEvent(boolean present, InterfaceAddress address) implements NetworkEvent {}

    /** A route is new, or gone. */
    record RouteEvent(boolean present, Route route) implements NetworkEvent {}

    /** A neighbour is new or another than before, or gone. */
    record NeighbourEvent(boolean present, Neighbour neighbour) implements NetworkEvent {}

    /** There were more events than could be kept, so some are lost: what is of interest must be listed anew. */
    record Lost() implements NetworkEvent {}
}
