package io.carrel.images;

import static java.util.Objects.requireNonNull;

import io.carrel.images.compression.Compression;
import io.carrel.images.layers.LayerLimits;
import io.carrel.images.layers.LayerWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says what is to be said about an image that is made here, and how its layer is written. Immutable, so safe for use by
 * several threads.
 */
public final class NewImage {

    private @Nullable Reference name;
    private String author = "";
    private String message = "";
    private Change change = (defaults, shell) -> defaults;
    private Consumer<ObjectNode> more = config -> {};
    private UnaryOperator<LayerWriter> writing = UnaryOperator.identity();
    private Compression compression = Compression.GZIP;
    private LongConsumer progress = bytes -> {};
    private LayerLimits limits = LayerLimits.DEFAULT;

    /** What becomes of the defaults. */
    private interface Change {
        ImageDefaults apply(ImageDefaults old, List<String> shell);
    }

    private NewImage() {}

    private NewImage(NewImage other) {
        name = other.name;
        author = other.author;
        message = other.message;
        change = other.change;
        more = other.more;
        writing = other.writing;
        compression = other.compression;
        progress = other.progress;
        limits = other.limits;
    }

    /** Says nothing: the image has no name, and is otherwise as its base. */
    public static NewImage of() {
        return new NewImage();
    }

    /** Returns the same under this name, which is taken from the image that has it now. */
    public NewImage named(Reference reference) {
        NewImage copy = new NewImage(this);
        copy.name = requireNonNull(reference, "reference").tagged();
        return copy;
    }

    /** Returns the same, made by this person. */
    public NewImage author(String person) {
        NewImage copy = new NewImage(this);
        copy.author = requireNonNull(person, "person");
        return copy;
    }

    /** Returns the same, saying why it was made. */
    public NewImage message(String text) {
        NewImage copy = new NewImage(this);
        copy.message = requireNonNull(text, "text");
        return copy;
    }

    /** Returns the same, with containers of it started in another way; this may be called several times. */
    public NewImage change(UnaryOperator<ImageDefaults> defaults) {
        requireNonNull(defaults, "defaults");
        NewImage copy = new NewImage(this);
        copy.change = (old, shell) -> defaults.apply(change.apply(old, shell));
        return copy;
    }

    /**
     * Returns the same, with containers of it started as instructions of a Dockerfile say it: CMD, ENTRYPOINT, ENV,
     * EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME and WORKDIR, for example
     * {@code ENV A=1 B="two words"} or {@code VOLUME ["/data"]}. Variables are replaced as there, and a command that is
     * no array is for the shell that the image names by SHELL. What only becomes wrong together with the image's own
     * settings is refused when the image is made, before anything is written.
     *
     * @throws IllegalArgumentException if one is another instruction, or wrong
     */
    public NewImage instructions(List<String> instructions) {
        if (instructions.isEmpty()) {
            return this;
        }
        Instructions parsed = Instructions.parse(instructions);
        NewImage copy = new NewImage(this);
        copy.change = (old, shell) -> parsed.apply(change.apply(old, shell), shell);
        copy.more = more.andThen(parsed::addTo);
        return copy;
    }

    /**
     * Returns the same, with its layer written in another way, for example which ids the owners of its files have
     * inside containers.
     */
    public NewImage writing(UnaryOperator<LayerWriter> settings) {
        NewImage copy = new NewImage(this);
        copy.writing = requireNonNull(settings, "settings");
        return copy;
    }

    /**
     * Returns the same, with its layer compressed so; {@link Compression#GZIP}, which all tools know, if this is not
     * called.
     */
    public NewImage compression(Compression method) {
        NewImage copy = new NewImage(this);
        copy.compression = requireNonNull(method, "method");
        return copy;
    }

    /** Returns the same, telling, on the calling thread and often, how many bytes have been read. */
    public NewImage progress(LongConsumer bytes) {
        NewImage copy = new NewImage(this);
        copy.progress = requireNonNull(bytes, "bytes");
        return copy;
    }

    /**
     * Returns the same, refusing an archive to import that has more; {@link LayerLimits#DEFAULT} if this is not called.
     * What containers changed, and directories, have no limits.
     */
    public NewImage limits(LayerLimits most) {
        NewImage copy = new NewImage(this);
        copy.limits = requireNonNull(most, "most");
        return copy;
    }

    Optional<Reference> name() {
        return Optional.ofNullable(name);
    }

    String author() {
        return author;
    }

    String message() {
        return message;
    }

    /** {@code shell} is what commands for a shell begin with. */
    ImageDefaults changed(ImageDefaults defaults, List<String> shell) {
        return change.apply(defaults, shell);
    }

    /** Adds to the configuration what {@link ImageDefaults} do not have. */
    void addTo(ObjectNode config) {
        more.accept(config);
    }

    LayerWriter settings(LayerWriter writer) {
        return writing.apply(writer);
    }

    Compression compression() {
        return compression;
    }

    LayerLimits limits() {
        return limits;
    }

    LongConsumer progress() {
        return progress;
    }
}
