package io.carrel.images.view;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Attributes by name, as {@link java.nio.file.Files#readAttributes(java.nio.file.Path, String,
 * java.nio.file.LinkOption...)} asks for them: {@code basic}, {@code posix}, {@code owner} and {@code unix} as the JDK
 * has them on Linux, {@code user} for extended attributes of that namespace, and {@code xattr} for all of them by their
 * full names.
 */
final class NamedAttributes {

    static final Set<String> VIEWS = Set.of("basic", "owner", "posix", "unix", "user", "xattr");

    private static final String USER = "user.";

    private static final Map<String, Function<ImageAttributes, Object>> BASIC = Map.of(
            "size", ImageAttributes::size,
            "creationTime", ImageAttributes::creationTime,
            "lastAccessTime", ImageAttributes::lastAccessTime,
            "lastModifiedTime", ImageAttributes::lastModifiedTime,
            "isDirectory", ImageAttributes::isDirectory,
            "isRegularFile", ImageAttributes::isRegularFile,
            "isSymbolicLink", ImageAttributes::isSymbolicLink,
            "isOther", ImageAttributes::isOther,
            "fileKey", ImageAttributes::fileKey);

    private static final Map<String, Function<ImageAttributes, Object>> OWNER = Map.of("owner", ImageAttributes::owner);

    private static final Map<String, Function<ImageAttributes, Object>> POSIX = with(
            BASIC,
            Map.of(
                    "owner", ImageAttributes::owner,
                    "group", ImageAttributes::group,
                    "permissions", ImageAttributes::permissions));

    private static final Map<String, Function<ImageAttributes, Object>> UNIX = with(
            POSIX,
            Map.of(
                    "mode", attributes -> attributes.node().mode(),
                    "ino", attributes -> (long) attributes.node().number,
                    "dev", attributes -> 0L,
                    "rdev", attributes -> attributes.node() instanceof Node.Special special ? special.device() : 0L,
                    "nlink", attributes -> attributes.node().links,
                    "uid", attributes -> attributes.node().metadata().uid(),
                    "gid", attributes -> attributes.node().metadata().gid(),
                    "ctime", ImageAttributes::lastModifiedTime));

    private NamedAttributes() {}

    private static Map<String, Function<ImageAttributes, Object>> with(
            Map<String, Function<ImageAttributes, Object>> some, Map<String, Function<ImageAttributes, Object>> more) {
        Map<String, Function<ImageAttributes, Object>> all = new TreeMap<>(some);
        all.putAll(more);
        return all;
    }

    /** What {@code view:name,name} asks for; the view is {@code basic} if it is not said. */
    static Map<String, Object> read(ImageAttributes attributes, String wanted) {
        int colon = wanted.indexOf(':');
        String view = colon < 0 ? "basic" : wanted.substring(0, colon);
        Map<String, Object> all = all(attributes, view);
        Map<String, Object> chosen = new LinkedHashMap<>();
        for (String name : wanted.substring(colon + 1).split(",", -1)) {
            if (name.equals("*")) {
                chosen.putAll(all);
            } else if (all.containsKey(name)) {
                chosen.put(name, all.get(name));
            } else {
                throw new IllegalArgumentException("'%s' not recognized".formatted(name));
            }
        }
        return chosen;
    }

    private static Map<String, Object> all(ImageAttributes attributes, String view) {
        Map<String, Object> values = new TreeMap<>();
        switch (view) {
            case "basic" -> BASIC.forEach((name, value) -> values.put(name, value.apply(attributes)));
            case "owner" -> OWNER.forEach((name, value) -> values.put(name, value.apply(attributes)));
            case "posix" -> POSIX.forEach((name, value) -> values.put(name, value.apply(attributes)));
            case "unix" -> UNIX.forEach((name, value) -> values.put(name, value.apply(attributes)));
            case "user" -> values.putAll(userAttributes(attributes.node()));
            case "xattr" ->
                attributes
                        .node()
                        .metadata()
                        .attributes()
                        .forEach((name, value) -> values.put(RawText.decode(name), value.clone()));
            default -> throw new UnsupportedOperationException("View '%s' not available".formatted(view));
        }
        return values;
    }

    /** Extended attributes of the namespace {@code user}, without that prefix, as the JDK shows them. */
    static Map<String, byte[]> userAttributes(Node node) {
        Map<String, byte[]> values = new TreeMap<>();
        node.metadata().attributes().forEach((name, value) -> {
            if (name.startsWith(USER)) {
                values.put(RawText.decode(name.substring(USER.length())), value.clone());
            }
        });
        return values;
    }
}
