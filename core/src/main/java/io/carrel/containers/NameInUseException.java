package io.carrel.containers;

/** Another container, which may have ended, has the name. It becomes free when that container is removed or renamed. */
public final class NameInUseException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final transient ContainerRecord other;

    NameInUseException(ContainerRecord other) {
        super("the name %s is in use by the container %s; remove or rename that to be able to use the name again"
                .formatted(other.name(), other.id()));
        this.other = other;
    }

    /** Returns the container that has the name. */
    public ContainerRecord other() {
        return other;
    }
}
