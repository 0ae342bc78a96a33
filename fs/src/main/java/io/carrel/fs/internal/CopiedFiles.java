package io.carrel.fs.internal;

import io.carrel.fs.overlay.MergedLayers;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.ContentCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes copies of single files with their content, owners, attributes, permissions and times. Files with several names have
 * them in the copy, too. Not thread-safe.
 */
final class CopiedFiles {

    private static final Constant READ = Fcntl.O_RDONLY.or(Fcntl.O_NONBLOCK);
    private static final int READABLE = 0400;
    private static final int PERMISSIONS = 07777;
    /** Labels mean something on the host where they were made alone. */
    private static final String LABEL = "security.selinux";
    /** Access lists name ids, which are others in the copy. */
    private static final String ACCESS_LIST = "system.posix_acl_";

    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final OwnFiles own;
    private final CopiedOwners owners;
    private final ContentCalls contents;
    private final Descriptor root;
    private final Map<Identity, String> linked = new HashMap<>();
    private long shared;

    private record Identity(long device, long inode) {}

    /** Copies into the tree with this root. */
    CopiedFiles(FileCalls calls, AttributeCalls attributes, OwnFiles own, CopiedOwners owners, Descriptor root) {
        this.calls = calls;
        this.attributes = attributes;
        this.own = own;
        this.owners = owners;
        this.root = root;
        contents = new ContentCalls(calls);
    }

    /** How many files share their blocks with the original. */
    long shared() {
        return shared;
    }

    /** Copies anything but a directory to the same name in {@code target}, which has this path in the tree. */
    void copy(MergedLayers.Found file, String name, Descriptor target, String path) {
        FileStatus status = file.status();
        if (status.links() > 1) {
            String first = linked.putIfAbsent(new Identity(status.device(), status.inode()), path);
            if (first != null) {
                calls.link(root, first, target, name);
                return;
            }
        }
        if (status.is(Fcntl.S_IFREG)) {
            regular(file, name, target);
            return;
        }
        if (status.is(Fcntl.S_IFLNK)) {
            calls.makeSymbolicLink(calls.readLink(file.directory(), name), target, name);
        } else {
            Constant type = new Constant("S_IFMT", status.mode() & Fcntl.S_IFMT.value());
            calls.makeNode(target, name, type, status.deviceMajor(), status.deviceMinor());
        }
        special(file, name, target);
    }

    private void regular(MergedLayers.Found file, String name, Descriptor target) {
        FileStatus status = file.status();
        try (OwnFiles.Opened source = own.open(file.directory(), name, status, READABLE, READ);
                Descriptor copy = calls.create(target, name).orElseThrow()) {
            if (contents.copy(source.descriptor(), copy, status.size())) {
                shared++;
            }
            finish(file.directory(), name, status, copy);
        }
    }

    /** A link has no permissions, and a pipe or device is not to be opened. */
    private void special(MergedLayers.Found file, String name, Descriptor target) {
        FileStatus status = file.status();
        if (owners.areSet()) {
            calls.owner(target, name, owners.uid(status.uid()), owners.gid(status.gid()));
        }
        for (String attribute : attributes.names("Cannot copy a file", file.directory(), name)) {
            if (isCopied(attribute)) {
                judge(attributes.set(target, name, attribute, value(file.directory(), name, attribute)), attribute);
            }
        }
        if (!status.is(Fcntl.S_IFLNK)) {
            calls.mode(target, name, status.permissions() & PERMISSIONS);
        }
        calls.times(target, name, status.times());
    }

    /** Owner, attributes, permissions and times, in this order: each may take away from those before. */
    void finish(Descriptor directory, String name, FileStatus status, Descriptor copy) {
        if (owners.areSet()) {
            calls.owner(copy, owners.uid(status.uid()), owners.gid(status.gid()));
        }
        for (String attribute : attributes.names("Cannot copy a file", directory, name)) {
            if (isCopied(attribute)) {
                judge(attributes.set(copy, attribute, value(directory, name, attribute)), attribute);
            }
        }
        calls.mode(copy, status.permissions() & PERMISSIONS);
        calls.times(copy, status.times());
    }

    private boolean isCopied(String attribute) {
        return !OverlayMarks.isOverlays(attribute)
                && !attribute.equals(LABEL)
                && !(owners.areTranslated() && attribute.startsWith(ACCESS_LIST));
    }

    private byte[] value(Descriptor directory, String name, String attribute) {
        return OwnFiles.value(calls, attributes, "Cannot copy a file", directory, name, attribute);
    }

    /** The file system of the copy may have no attributes, and an ordinary user may not set all. */
    private void judge(long result, String attribute) {
        boolean isForbidden = result == -Errno.EPERM.number() && !own.root();
        if (result < 0 && result != -Errno.EOPNOTSUPP.number() && !isForbidden) {
            throw AttributeCalls.failure("Cannot copy a file", result, "", attribute);
        }
    }
}
