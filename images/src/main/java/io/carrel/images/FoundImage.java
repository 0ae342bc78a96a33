package io.carrel.images;

import java.util.Optional;

/** An image that was found in an archive or a layout, and what it is called there. */
record FoundImage(Descriptor descriptor, Optional<Reference> reference) {}
