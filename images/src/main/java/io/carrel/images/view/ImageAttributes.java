package io.carrel.images.view;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** What is known about a file. Archives have one time, so all three are the same. Immutable. */
final class ImageAttributes implements PosixFileAttributes {

    private final ImageFileSystem fileSystem;
    private final Node node;

    ImageAttributes(ImageFileSystem fileSystem, Node node) {
        this.fileSystem = fileSystem;
        this.node = node;
    }

    Node node() {
        return node;
    }

    @Override
    public UserPrincipal owner() {
        return fileSystem.users().user(node.metadata().uid());
    }

    @Override
    public GroupPrincipal group() {
        return fileSystem.users().group(node.metadata().gid());
    }

    @Override
    public Set<PosixFilePermission> permissions() {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        // The constants are in the order of the bits, from the owner's read bit down.
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((node.mode() & 0400 >> permission.ordinal()) != 0) {
                permissions.add(permission);
            }
        }
        return permissions;
    }

    @Override
    public FileTime lastModifiedTime() {
        Metadata metadata = node.metadata();
        // Instant has a range of a thousand million years; hostile archives have other times.
        long seconds =
                Math.max(Math.min(metadata.seconds(), Instant.MAX.getEpochSecond()), Instant.MIN.getEpochSecond());
        return FileTime.from(Instant.ofEpochSecond(seconds, metadata.nanos()));
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime();
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime();
    }

    @Override
    public boolean isRegularFile() {
        return node instanceof Node.File;
    }

    @Override
    public boolean isDirectory() {
        return node instanceof Folder;
    }

    @Override
    public boolean isSymbolicLink() {
        return node instanceof Node.Link;
    }

    @Override
    public boolean isOther() {
        return node instanceof Node.Special;
    }

    @Override
    public long size() {
        return node.size();
    }

    @Override
    public Object fileKey() {
        return new Key(fileSystem.name(), node.number);
    }

    /**
     * Equal for all names of a file.
     *
     * @param image the image's name
     * @param number the file's number there
     */
    private record Key(String image, int number) {}
}
