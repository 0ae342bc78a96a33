package io.carrel.images;

/**
 * Tells what lies beside images and is none, such as a signature or a note about a build. Immutable, so safe for use by
 * several threads.
 *
 * @param descriptor names it
 * @param reason why it is no image
 */
public record LeftOut(Descriptor descriptor, String reason) {

    /** Returns its name, if it has one, its digest, and why it is no image. */
    @Override
    public String toString() {
        String name = descriptor
                .annotation(LayoutIndex.FULL_NAME)
                .or(() -> descriptor.annotation(LayoutIndex.NAME))
                .map(text -> text + " (" + descriptor.digest() + ")")
                .orElse(descriptor.digest().toString());
        return name + " is no image: " + reason;
    }
}
