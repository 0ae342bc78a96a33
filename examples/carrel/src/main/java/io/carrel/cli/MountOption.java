package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.Propagation;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --mount} and {@code --tmpfs} are given: words and {@code KEY=VALUE}, separated by commas, as docker has
 * them.
 */
final class MountOption {

    private static final int OCTAL = 8;
    private final Map<String, String> values;

    private MountOption(String text) {
        values = new LinkedHashMap<>();
        for (String part : Splitter.on(',').omitEmptyStrings().split(text)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            checkArgument(
                    values.put(key, equals < 0 ? "" : part.substring(equals + 1)) == null,
                    "%s is given twice in \"%s\"",
                    key,
                    text);
        }
    }

    /** Reads {@code type=TYPE,target=DIR,...}. */
    static Mount parse(String text) {
        MountOption option = new MountOption(text);
        String type = option.take("type");
        String given = option.takeFirst("target", "destination", "dst");
        checkArgument(given != null, "a mount needs a target=DIR, was \"%s\"", text);
        ContainerPath target = ContainerPath.of(given);
        Mount mount = option.mount(type == null ? "volume" : type, target);
        checkArgument(option.values.isEmpty(), "a mount of this type has no %s", option.values.keySet());
        return mount;
    }

    /** Reads {@code DIR} or {@code DIR:size=...,mode=...}. */
    static Mount.Tmpfs tmpfs(String text) {
        int colon = text.indexOf(':');
        MountOption option = new MountOption(colon < 0 ? "" : text.substring(colon + 1));
        Mount.Tmpfs tmpfs = option.tmpfs(ContainerPath.of(colon < 0 ? text : text.substring(0, colon)));
        checkArgument(option.values.isEmpty(), "a tmpfs has no %s", option.values.keySet());
        return tmpfs;
    }

    private Mount mount(String type, ContainerPath target) {
        return switch (type) {
            case "bind" -> bind(target);
            case "tmpfs" -> tmpfs(target);
            case "proc" -> new Mount.Proc(target);
            case "sysfs" -> new Mount.Sysfs(target);
            case "devpts" -> new Mount.Devpts(target);
            case "mqueue" -> new Mount.Mqueue(target);
            case "dev" -> new Mount.Dev(target);
            default ->
                throw new IllegalArgumentException(
                        "a mount's type is bind, tmpfs, proc, sysfs, devpts, mqueue or dev, not \"%s\""
                                .formatted(type));
        };
    }

    private Mount.Bind bind(ContainerPath target) {
        String source = takeFirst("source", "src");
        checkArgument(source != null && !source.isEmpty(), "a bind needs a source=PATH");
        boolean readOnly = takeFirst("readonly", "ro") != null;
        String propagation = take("bind-propagation");
        boolean recursive = take("bind-nonrecursive") == null;
        return new Mount.Bind(
                HostPath.of(source),
                target,
                readOnly ? Access.READ_ONLY : Access.READ_WRITE,
                recursive,
                propagation == null ? Propagation.PRIVATE : propagation(propagation),
                true);
    }

    private static Propagation propagation(String text) {
        return switch (text) {
            case "private", "rprivate" -> Propagation.PRIVATE;
            case "slave", "rslave" -> Propagation.SLAVE;
            case "shared", "rshared" -> Propagation.SHARED;
            default ->
                throw new IllegalArgumentException(
                        "a propagation is private, slave or shared, not \"%s\"".formatted(text));
        };
    }

    private Mount.Tmpfs tmpfs(ContainerPath target) {
        String size = takeFirst("tmpfs-size", "size");
        String mode = takeFirst("tmpfs-mode", "mode");
        try {
            return new Mount.Tmpfs(
                    target,
                    size == null ? 0 : bytes(size),
                    mode == null ? Mount.Tmpfs.SHARED_MODE : Integer.parseInt(mode, OCTAL));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not an octal mode: \"%s\"".formatted(mode), e);
        }
    }

    /**
     * Reads a number of bytes, or of kibibytes, mebibytes or gibibytes with {@code k}, {@code m} or {@code g} after it.
     */
    static long bytes(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        checkArgument(lower.matches("\\d{1,9}[kmg]?|\\d{1,18}"), "not a size such as 64m: \"%s\"", text);
        int power = "kmg".indexOf(lower.charAt(lower.length() - 1)) + 1;
        long number = Long.parseLong(power == 0 ? lower : lower.substring(0, lower.length() - 1));
        return number << (10 * power);
    }

    private @Nullable String take(String key) {
        return values.remove(key);
    }

    private @Nullable String takeFirst(String... keys) {
        String found = null;
        for (String key : keys) {
            String value = values.remove(key);
            found = found == null ? value : found;
        }
        return found;
    }
}
