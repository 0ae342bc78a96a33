package io.carrel.health;

/** How a container is, by its {@link HealthCheck}. */
public enum HealthState {
    /** No check has succeeded yet, and too few have failed. */
    STARTING,
    /** The last check has succeeded, or too few have failed since one has. */
    HEALTHY,
    /** As many checks in a row have failed as may not. */
    UNHEALTHY
}
