package io.carrel.images;

import static java.util.Objects.requireNonNull;

import io.carrel.images.layers.LayerLimits;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how images are loaded. Immutable, so safe for use by several threads. What is told the progress is called by the
 * thread that loads.
 */
public final class LoadOptions {

    /** Loads all that is there, with the names that it has. */
    public static final LoadOptions DEFAULT =
            new LoadOptions(null, null, bytes -> {}, LoadOptions::log, LayerLimits.DEFAULT);

    private static final Logger LOG = LoggerFactory.getLogger(LoadOptions.class);

    private final @Nullable Platform platform;
    private final @Nullable Reference name;
    private final LongConsumer progress;
    private final Consumer<LeftOut> leftOut;
    private final LayerLimits limits;

    private LoadOptions(
            @Nullable Platform platform,
            @Nullable Reference name,
            LongConsumer progress,
            Consumer<LeftOut> leftOut,
            LayerLimits limits) {
        this.platform = platform;
        this.name = name;
        this.progress = progress;
        this.leftOut = leftOut;
        this.limits = limits;
    }

    private static void log(LeftOut leftOut) {
        LOG.warn("Left out {}", leftOut);
    }

    /** Returns the same, loading only the image for this platform, where there are several for one name. */
    public LoadOptions platform(Platform only) {
        return new LoadOptions(requireNonNull(only, "only"), name, progress, leftOut, limits);
    }

    /** Returns the same, giving the image this name; there must be only one image then. */
    public LoadOptions named(Reference reference) {
        return new LoadOptions(platform, requireNonNull(reference, "reference"), progress, leftOut, limits);
    }

    /** Returns the same, telling, on the calling thread and often, how many bytes have been read. */
    public LoadOptions progress(LongConsumer bytes) {
        return new LoadOptions(platform, name, requireNonNull(bytes, "bytes"), leftOut, limits);
    }

    /**
     * Returns the same, telling, on the calling thread, what lies beside the images and is none, such as signatures; it
     * is not loaded. A warning is logged if this is not called.
     */
    public LoadOptions leftOut(Consumer<LeftOut> consumer) {
        return new LoadOptions(platform, name, progress, requireNonNull(consumer, "consumer"), limits);
    }

    /**
     * Returns the same, refusing images with a layer that has more, and archives that unpack to more;
     * {@link LayerLimits#DEFAULT} if this is not called.
     */
    public LoadOptions limits(LayerLimits most) {
        return new LoadOptions(platform, name, progress, leftOut, requireNonNull(most, "most"));
    }

    LayerLimits limits() {
        return limits;
    }

    Optional<Platform> platform() {
        return Optional.ofNullable(platform);
    }

    Optional<Reference> name() {
        return Optional.ofNullable(name);
    }

    LongConsumer progress() {
        return progress;
    }

    Consumer<LeftOut> leftOut() {
        return leftOut;
    }
}
