package io.carrel.images.view;

import io.carrel.fs.overlay.OverlayMarks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The extended attributes of a file of the host: what Java reads, which are those of the namespace {@code user}, and
 * for root on Linux those of overlayfs in the namespace {@code trusted}. Immutable.
 *
 * @param values by their names, with the namespace in front
 */
record HostAttributes(Map<String, byte[]> values) implements OverlayMarks.Attributes {

    static final HostAttributes NONE = new HostAttributes(Map.of());

    private static final boolean LINUX = "Linux".equals(System.getProperty("os.name"));

    static HostAttributes of(Path path, boolean isDirectory) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        Map<String, byte[]> values = new HashMap<>();
        if (view != null) {
            for (String name : view.list()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                values.put("user." + name, value.array());
            }
        }
        if (LINUX && TrustedAttributes.areSeen()) {
            TrustedAttributes.of(path, isDirectory).forEach(values::put);
        }
        return new HostAttributes(Map.copyOf(values));
    }

    @Override
    public Set<String> names() {
        return values.keySet();
    }

    @Override
    public byte[] value(String name) {
        return values.getOrDefault(name, new byte[0]);
    }
}
