package io.carrel.netns;

/** A change in a network namespace, whoever made it. Immutable. */
public sealed interface NetworkEvent {

    /**
     * A link has appeared, changed or gone.
     *
     * @param present whether it is there
     * @param link the link
     */
    record LinkEvent(boolean present, Link link) implements NetworkEvent {}

    /**
     * An address has appeared or gone.
     *
     * @param present whether it is there
     * @param address the address
     */
    record AddressEvent(boolean present, InterfaceAddress address) implements NetworkEvent {}

    /**
     * A route has appeared or gone.
     *
     * @param present whether it is there
     * @param route the route
     */
    record RouteEvent(boolean present, Route route) implements NetworkEvent {}

    /**
     * A neighbour has appeared, changed or gone.
     *
     * @param present whether it is there
     * @param neighbour the neighbour
     */
    record NeighbourEvent(boolean present, Neighbour neighbour) implements NetworkEvent {}

    /** There were more events than the kernel keeps, so some are lost: list anew what is of interest. */
    record Lost() implements NetworkEvent {}
}
