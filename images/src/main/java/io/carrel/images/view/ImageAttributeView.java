package io.carrel.images.view;

import java.io.IOException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The attributes of one path under one of the names {@code basic}, {@code owner} and {@code posix}. */
final class ImageAttributeView implements PosixFileAttributeView {

    private final String name;
    private final ImagePath path;
    private final boolean follow;

    ImageAttributeView(String name, ImagePath path, boolean follow) {
        this.name = name;
        this.path = path;
        this.follow = follow;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ImageAttributes readAttributes() throws IOException {
        return path.getFileSystem().attributes(path, follow);
    }

    @Override
    public UserPrincipal getOwner() throws IOException {
        return readAttributes().owner();
    }

    @Override
    public void setOwner(UserPrincipal owner) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void setGroup(GroupPrincipal group) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void setPermissions(Set<PosixFilePermission> permissions) {
        throw new ReadOnlyFileSystemException();
    }

    @Override
    public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created) {
        throw new ReadOnlyFileSystemException();
    }
}
