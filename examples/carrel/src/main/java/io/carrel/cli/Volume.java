package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Storage;
import java.util.List;
import picocli.CommandLine.ITypeConverter;

/** What docker calls a volume: a named one, or a file or directory of the host's that appears in the container. */
final class Volume {

    private Volume() {}

    /** For an option that has this form, where others of the same type have another. */
    static final class Converter implements ITypeConverter<Mount> {
        @Override
        public Mount convert(String text) {
            return new Argument<>(Volume::parse).convert(text);
        }
    }

    /**
     * Reads {@code HOST:INSIDE}, which is writable, or the same with {@code :ro} or {@code :rw}. As with docker, what
     * has no slash is the name of a volume, but for {@code .} and {@code ..}; {@code INSIDE} alone is an anonymous
     * volume.
     */
    static Mount parse(String text) {
        List<String> parts = Splitter.on(':').splitToList(text);
        if (parts.size() == 1 && text.startsWith("/")) {
            return new Mount.Volume(Storage.standard(), "", ContainerPath.of(text), Access.READ_WRITE);
        }
        checkArgument(
                parts.size() >= 2 && parts.size() <= 3 && !parts.get(0).isEmpty(),
                "a volume is given as HOST:INSIDE or HOST:INSIDE:ro, was \"%s\"",
                text);
        String source = parts.get(0);
        ContainerPath target = ContainerPath.of(parts.get(1));
        Access access = parts.size() == 2 ? Access.READ_WRITE : access(parts.get(2));
        return source.contains("/") || source.equals(".") || source.equals("..")
                ? new Mount.Bind(HostPath.of(source), target, access)
                : new Mount.Volume(Storage.standard(), source, target, access);
    }

    private static Access access(String option) {
        return switch (option) {
            case "ro" -> Access.READ_ONLY;
            case "rw" -> Access.READ_WRITE;
            default -> throw new IllegalArgumentException("a volume is mounted ro or rw, not \"%s\"".formatted(option));
        };
    }
}
