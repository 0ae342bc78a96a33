package io.carrel.cli;

import io.carrel.images.layers.LayerLimits;
import picocli.CommandLine.Option;

/** How much layers may unpack to. */
final class LayerLimitOption {

    private LayerLimits limits = LayerLimits.DEFAULT;

    @Option(
            names = "--max-layer",
            paramLabel = "SIZE",
            converter = FileOptions.Size.class,
            description = {
                "Accept layers that unpack to so much, such as 100g, however small they are compressed. Without it",
                "64 GiB, and of more than 1 GiB no more than 200 times what was compressed."
            })
    @SuppressWarnings("unused") // but by picocli
    private void setMost(long bytes) {
        limits = LayerLimits.DEFAULT.upTo(bytes);
    }

    LayerLimits limits() {
        return limits;
    }
}
