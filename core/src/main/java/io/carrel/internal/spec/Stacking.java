package io.carrel.internal.spec;

import java.util.Optional;

/** What makes one root of an overlay's layers. Immutable. */
public sealed interface Stacking {

    /** The kernel does; so it is also where there are no layers. */
    Stacking KERNEL = new Kernel();

    /** What the container has in place of what was asked for first, for people; empty for nothing. */
    Optional<String> fallback();

    /** See {@link #KERNEL}. */
    record Kernel() implements Stacking {

        @Override
        public Optional<String> fallback() {
            return Optional.empty();
        }
    }

    /**
     * The layers are copied.
     *
     * @param reason why the kernel does not stack them
     */
    record Copied(String reason) implements Stacking {

        @Override
        public Optional<String> fallback() {
            return Optional.of("the root is a copy of its layers, as the kernel does not stack them: " + reason);
        }
    }

    /**
     * Layers that fuse-overlayfs stacks.
     *
     * @param program where the host has it
     * @param reason why the kernel does not
     */
    record Fused(String program, String reason) implements Stacking {

        @Override
        public Optional<String> fallback() {
            return Optional.of(
                    "the root's layers are stacked by fuse-overlayfs, as the kernel does not stack them: " + reason);
        }
    }
}
