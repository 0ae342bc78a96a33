package io.carrel.fs.images;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** How images are loaded. Immutable. */
public final class LoadOptions {

    /** All that is there, with the names that it has. */
    public static final LoadOptions DEFAULT = new LoadOptions(null, null, bytes -> {});

    private final @Nullable Platform platform;
    private final @Nullable Reference name;
    private final LongConsumer progress;

    private LoadOptions(@Nullable Platform platform, @Nullable Reference name, LongConsumer progress) {
        this.platform = platform;
        this.name = name;
        this.progress = progress;
    }

    /** Only the image for this platform, where there are several for one name. */
    public LoadOptions platform(Platform only) {
        return new LoadOptions(requireNonNull(only, "only"), name, progress);
    }

    /** Under this name; there must be only one image then. */
    public LoadOptions named(Reference reference) {
        return new LoadOptions(platform, requireNonNull(reference, "reference"), progress);
    }

    /** Tells, on the calling thread and often, how many bytes have been read. */
    public LoadOptions progress(LongConsumer bytes) {
        return new LoadOptions(platform, name, requireNonNull(bytes, "bytes"));
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
}
