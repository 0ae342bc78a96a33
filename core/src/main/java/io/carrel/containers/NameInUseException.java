package io.carrel.containers;

/** Another running container has the name. It becomes free when that container has ended. */
public final class NameInUseException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final transient ContainerRecord other;

    NameInUseException(ContainerRecord other) {
        super("the name %s is in use by the container that carrel process %d runs; it is free when that has ended"
                .formatted(other.name(), other.holder().pid()));
        this.other = other;
    }

    /** Returns the container that has the name. */
    public ContainerRecord other() {
        return other;
    }
}
