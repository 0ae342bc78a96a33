package io.carrel;

/** How long a container lives at most. */
public enum Lifetime {
    /** It ends with the JVM that started it, however that ends. */
    ATTACHED,
    /** It goes on when that JVM has ended, and any later JVM of its user looks after it. */
    DETACHED
}
