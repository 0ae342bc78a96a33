package io.carrel.images.view;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;

/** Extended attributes of the namespace {@code user}. */
final class UserAttributeView implements UserDefinedFileAttributeView {

    private final ImagePath path;
    private final boolean follow;

    UserAttributeView(ImagePath path, boolean follow) {
        this.path = path;
        this.follow = follow;
    }

    @Override
    public String name() {
        return "user";
    }

    @Override
    public List<String> list() throws IOException {
        return List.copyOf(NamedAttributes.userAttributes(node()).keySet());
    }

    @Override
    public int size(String name) throws IOException {
        return value(name).length;
    }

    @Override
    public int read(String name, ByteBuffer target) throws IOException {
        byte[] value = value(name);
        if (value.length > target.remaining()) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "user.%s has %d bytes, the buffer has room for %d"
                            .formatted(name, value.length, target.remaining()));
        }
        target.put(value);
        return value.length;
    }

    @Override
    public int write(String name, ByteBuffer source) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void delete(String name) {
        throw new ReadOnlyFileSystemException();
    }

    private byte[] value(String name) throws IOException {
        byte[] value = NamedAttributes.userAttributes(node()).get(name);
        if (value == null) {
            throw new FileSystemException(path.toString(), null, "there is no attribute user." + name);
        }
        return value;
    }

    private Node node() throws IOException {
        return path.getFileSystem().find(path, follow).node();
    }
}
