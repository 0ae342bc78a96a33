package io.carrel.images.layers;

import io.carrel.fs.spi.TarEntry;
import io.carrel.fs.spi.TarEntry.Kind;
import io.carrel.images.archive.EntryName;
import io.carrel.images.archive.TarReader;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.DeviceNumber;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Makes the file of one entry after another, in place of what has its name. Not thread-safe. */
final class EntryWriter {

    private static final int LONGEST_TARGET = 4095;
    private static final int HIGHEST_MAJOR = 0xfff;
    private static final int HIGHEST_MINOR = 0xfffff;

    private final Owners owners;
    private final FileCalls calls;
    private final OpenDirectories directories;
    private final Removal removal;
    private final Deletions deletions;
    private final MetadataWriter metadataWriter;
    private final ContentWriter content;
    private final Refusal refusal;

    EntryWriter(
            Owners owners,
            FileCalls calls,
            OpenDirectories directories,
            Removal removal,
            Deletions deletions,
            MetadataWriter metadataWriter,
            ContentWriter content,
            Refusal refusal) {
        this.owners = owners;
        this.calls = calls;
        this.directories = directories;
        this.removal = removal;
        this.deletions = deletions;
        this.metadataWriter = metadataWriter;
        this.content = content;
        this.refusal = refusal;
    }

    void write(TarEntry entry, EntryName name, EntryMetadata metadata, TarReader tar) throws IOException {
        if (name.isRoot() && entry.kind() != Kind.DIRECTORY) {
            throw refusal.because("the layer's root is not a directory there");
        }
        checkEmpty(entry);
        switch (entry.kind()) {
            case DIRECTORY -> directory(name, metadata);
            case FILE -> file(entry, name, metadata, tar);
            case HARD_LINK -> hardLink(name, entry.target());
            case SYMBOLIC_LINK -> symbolicLink(name, entry.target(), metadata);
            case CHARACTER_DEVICE -> device(entry, name, Fcntl.S_IFCHR, metadata);
            case BLOCK_DEVICE -> device(entry, name, Fcntl.S_IFBLK, metadata);
            case FIFO -> pipe(name, metadata);
        }
    }

    /** Readers of archives disagree on whether content follows where there should be none. */
    private void checkEmpty(TarEntry entry) {
        boolean isFile = entry.kind() == Kind.FILE && !entry.name().endsWith("/");
        if (!isFile && entry.content().stored() != 0) {
            throw refusal.because("an entry of type %d has content".formatted(entry.type()));
        }
    }

    private void directory(EntryName name, EntryMetadata metadata) {
        boolean fresh = !name.isRoot() && madeDirectory(name);
        OpenDirectory directory = directories.at(name.path());
        if (!fresh) {
            metadataWriter.clear(directory.descriptor(), doing());
        }
        metadataWriter.directory(directory.descriptor(), metadata);
        directories.undeclared().declare(directory);
        directory.leaveWith(metadata.permissions(), metadata.times());
    }

    /** Whether it is new. */
    private boolean madeDirectory(EntryName name) {
        Descriptor parent = directories.at(name.parent()).descriptor();
        if (calls.makeDirectory(parent, name.name())) {
            return true;
        }
        FileStatus status = calls.status(parent, name.name()).orElseThrow();
        if (status.is(Fcntl.S_IFDIR)) {
            return false;
        }
        boolean isDeletion = deletions.isDeletion(parent, name.name(), status);
        removal.remove(name.parent(), name.name(), status);
        calls.makeDirectory(directories.at(name.parent()).descriptor(), name.name());
        if (isDeletion) {
            deletions.makeOpaque(name.path());
        }
        return true;
    }

    private void file(TarEntry entry, EntryName name, EntryMetadata metadata, TarReader tar) throws IOException {
        try (Descriptor file = created(name)) {
            content.write(entry, tar, file);
            metadataWriter.file(file, metadata);
        }
    }

    private Descriptor created(EntryName name) {
        Optional<Descriptor> file = calls.create(parent(name), name.name());
        if (file.isEmpty()) {
            clearWay(name);
            file = calls.create(parent(name), name.name());
        }
        return file.orElseThrow();
    }

    private void symbolicLink(EntryName name, String target, EntryMetadata metadata) {
        checkTarget(target);
        make(name, () -> calls.makeSymbolicLink(target, parent(name), name.name()));
        metadataWriter.symbolicLink(parent(name), name.name(), metadata);
    }

    private void checkTarget(String target) {
        if (target.isEmpty() || target.length() > LONGEST_TARGET || target.indexOf('\0') >= 0) {
            throw refusal.because("the link leads to no possible path");
        }
    }

    private void hardLink(EntryName name, String target) {
        EntryName from = EntryName.parse(target, refusal::because);
        if (from.isRoot()) {
            throw refusal.because("the link is to the layer's root");
        }
        if (from.equals(name)) {
            throw refusal.because("the link is to itself");
        }
        OpenDirectory directory = directories.existing(from.parent());
        Optional<FileStatus> status =
                directory == null ? Optional.empty() : calls.status(directory.descriptor(), from.name());
        if (status.isEmpty()) {
            throw refusal.because("the link is to a file that the layer does not have before it");
        }
        if (status.get().is(Fcntl.S_IFDIR)) {
            throw refusal.because("the link is to a directory");
        }
        Optional<FileStatus> old = calls.status(parent(name), name.name());
        if (old.isPresent() && isSame(old.get(), status.get())) {
            return;
        }
        make(name, () -> link(from, name));
    }

    private static boolean isSame(FileStatus one, FileStatus other) {
        return one.inode().equals(other.inode());
    }

    private boolean link(EntryName from, EntryName name) {
        try {
            Descriptor directory = directories.at(from.parent()).descriptor();
            return calls.link(directory, from.name(), parent(name), name.name());
        } catch (SyscallException e) {
            if (e.errno().equals(Errno.ENOENT)) {
                throw refusal.because("the link is to a file that the entry itself replaces", e);
            }
            throw e;
        }
    }

    private void device(TarEntry entry, EntryName name, Constant type, EntryMetadata metadata) {
        int major = entry.device().major();
        int minor = entry.device().minor();
        if (major < 0 || major > HIGHEST_MAJOR || minor < 0 || minor > HIGHEST_MINOR) {
            throw refusal.because("there is no device %d:%d".formatted(major, minor));
        }
        if (owners == Owners.KEEP) {
            make(name, () -> calls.makeNode(parent(name), name.name(), type, new DeviceNumber(major, minor)));
            metadataWriter.node(parent(name), name.name(), metadata);
            return;
        }
        try (Descriptor file = created(name)) {
            metadataWriter.file(file, metadata.withoutPermissions());
        }
    }

    private void pipe(EntryName name, EntryMetadata metadata) {
        make(name, () -> calls.makeNode(parent(name), name.name(), Fcntl.S_IFIFO, DeviceNumber.NONE));
        metadataWriter.node(parent(name), name.name(), metadata);
    }

    private void make(EntryName name, BooleanSupplier making) {
        if (!making.getAsBoolean()) {
            clearWay(name);
            if (!making.getAsBoolean()) {
                throw new IllegalStateException(name.path() + " appears again and again");
            }
        }
    }

    private void clearWay(EntryName name) {
        calls.status(parent(name), name.name()).ifPresent(status -> removal.remove(name.parent(), name.name(), status));
    }

    private Descriptor parent(EntryName name) {
        return directories.at(name.parent()).descriptor();
    }

    private String doing() {
        return "Cannot unpack " + refusal.place();
    }
}
