package io.carrel.containers;

import io.carrel.linux.ResourceUsage;
import io.carrel.outcome.ExitStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * The end of a container. Immutable.
 *
 * @param status how its command ended
 * @param finished when
 * @param usage what it and all others of its PID namespace used; empty where nobody could tell
 */
public record ContainerExit(ExitStatus status, Instant finished, Optional<ResourceUsage> usage) {}
