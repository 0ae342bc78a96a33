package io.carrel.images;

import com.google.common.base.Ascii;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an image in a layout is called. */
final class ImageNames {

    private static final Pattern ENDINGS = Pattern.compile("(\\.oci|\\.docker)?(\\.tar)?(\\.gz|\\.zst)?$|\\.tgz$");

    private ImageNames() {}

    /**
     * Reads the annotations. Most tools put only a tag there, as the layout's name is thought to be the image's.
     *
     * @param file the layout, or an empty path if it came as a stream
     */
    static Optional<Reference> of(Descriptor descriptor, Path file) {
        Optional<Reference> full = descriptor.annotation(LayoutIndex.FULL_NAME).flatMap(Reference::tryParse);
        return full.or(() -> descriptor.annotation(LayoutIndex.NAME).flatMap(name -> complete(name, file)));
    }

    private static Optional<Reference> complete(String name, Path file) {
        boolean isTag = name.indexOf(':') < 0 && name.indexOf('/') < 0;
        Path last = file.toAbsolutePath().normalize().getFileName();
        if (isTag && last != null && !file.toString().isEmpty()) {
            String base = ENDINGS.matcher(Ascii.toLowerCase(last.toString())).replaceFirst("");
            Optional<Reference> complete = Reference.tryParse(base + ":" + name);
            if (complete.isPresent()) {
                return complete;
            }
        }
        return Reference.tryParse(name);
    }
}
