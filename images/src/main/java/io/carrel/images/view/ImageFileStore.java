package io.carrel.images.view;

import java.io.IOException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All of the image. */
final class ImageFileStore extends java.nio.file.FileStore {

    private static final Set<Class<?>> VIEWS = Set.of(
            BasicFileAttributeView.class,
            FileOwnerAttributeView.class,
            PosixFileAttributeView.class,
            UserDefinedFileAttributeView.class);

    private final String name;
    private final long bytes;

    ImageFileStore(String name, long bytes) {
        this.name = name;
        this.bytes = bytes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return ImageUris.SCHEME;
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public long getTotalSpace() {
        return bytes;
    }

    @Override
    public long getUsableSpace() {
        return 0;
    }

    @Override
    public long getUnallocatedSpace() {
        return 0;
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return VIEWS.contains(type);
    }

    @Override
    public boolean supportsFileAttributeView(String view) {
        return NamedAttributes.VIEWS.contains(view);
    }

    @Override
    @SuppressWarnings("NullAway") // FileStore has no annotations; null means that there is none
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
        return null;
    }

    @Override
    public Object getAttribute(String attribute) throws IOException {
        Object value = Map.<String, Object>of("totalSpace", bytes, "usableSpace", 0L, "unallocatedSpace", 0L)
                .get(attribute);
        if (value == null) {
            throw new UnsupportedOperationException("'%s' not recognized".formatted(attribute));
        }
        return value;
    }

    @Override
    public String toString() {
        return name;
    }
}
