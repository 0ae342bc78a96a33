/** A command line for Carrel, in the manner of docker and of {@code ip netns}. */
@org.jspecify.annotations.NullMarked
module io.carrel.cli {
    requires com.google.common;
    requires info.picocli;
    requires io.carrel;
    requires io.carrel.images;
    requires tools.jackson.databind;
    requires static org.jspecify;

    opens io.carrel.cli to
            info.picocli;
}
