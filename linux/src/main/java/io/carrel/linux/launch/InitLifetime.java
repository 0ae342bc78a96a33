package io.carrel.linux.launch;

/** How long an init lives at most. */
public enum InitLifetime {
    /** It ends when the JVM does that has started it. */
    OF_THE_JVM,
    /** It ends with its command, whatever becomes of the JVM; see {@link Detachment}. */
    OF_ITS_OWN
}
