package io.carrel.fs.internal;

import io.carrel.fs.overlay.MergedEntry;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.fs.overlay.OwnFiles;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.ContentCalls;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.Inode;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Fcntl;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes copies of single files with their content, owners, attributes, permissions and times. Files with several names
 * have them in the copy, too. Not thread-safe.
 */
final class CopiedFiles {

    private static final int PERMISSIONS = 07777;
    /** Labels mean something on the host where they were made alone. */
    private static final String LABEL = "security.selinux";
    /** Access lists name ids, which are others in the copy. */
    private static final String ACCESS_LIST = "system.posix_acl_";

    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final boolean isRoot;
    private final CopiedOwners owners;
    private final ContentCalls contents;
    private final Descriptor root;
    private final Map<Inode, String> linked = new HashMap<>();
    private long shared;

    /** Copies into the tree with this root. */
    CopiedFiles(FileCalls calls, AttributeCalls attributes, CopiedOwners owners, Descriptor root) {
        this.calls = calls;
        this.attributes = attributes;
        this.isRoot = ProcessStatus.current().effectiveUid() == 0;
        this.owners = owners;
        this.root = root;
        contents = new ContentCalls(calls);
    }

    /** How many files share their blocks with the original. */
    long shared() {
        return shared;
    }

    /** Copies anything but a directory to the same name in {@code target}, which has this path in the tree. */
    void copy(MergedEntry file, Descriptor target, String path) {
        String name = file.name();
        FileStatus status = file.status();
        if (status.links() > 1) {
            String first = linked.putIfAbsent(status.inode(), path);
            if (first != null) {
                calls.link(root, first, target, name);
                return;
            }
        }
        if (status.is(Fcntl.S_IFREG)) {
            regular(file, target);
            return;
        }
        if (status.is(Fcntl.S_IFLNK)) {
            calls.makeSymbolicLink(file.link(), target, name);
        } else {
            Constant type = new Constant("S_IFMT", status.mode() & Fcntl.S_IFMT.value());
            calls.makeNode(target, name, type, status.device());
        }
        special(file, target);
    }

    private void regular(MergedEntry file, Descriptor target) {
        try (OwnFiles.Opened source = file.read();
                Descriptor copy = calls.create(target, file.name()).orElseThrow()) {
            if (contents.copy(source.descriptor(), copy, file.status().size())) {
                shared++;
            }
            finish(file, copy);
        }
    }

    /** A link has no permissions, and a pipe or device is not to be opened. */
    private void special(MergedEntry file, Descriptor target) {
        FileStatus status = file.status();
        String name = file.name();
        if (owners.areSet()) {
            calls.owner(target, name, owners.uid(status.uid()), owners.gid(status.gid()));
        }
        for (String attribute : file.attributes()) {
            if (isCopied(attribute)) {
                judge(attributes.set(target, name, attribute, file.attribute(attribute)), attribute);
            }
        }
        if (!status.is(Fcntl.S_IFLNK)) {
            calls.mode(target, name, status.permissions() & PERMISSIONS);
        }
        calls.times(target, name, status.times());
    }

    /** Owner, attributes, permissions and times, in this order: each may take away from those before. */
    void finish(MergedEntry file, Descriptor copy) {
        FileStatus status = file.status();
        if (owners.areSet()) {
            calls.owner(copy, owners.uid(status.uid()), owners.gid(status.gid()));
        }
        for (String attribute : file.attributes()) {
            if (isCopied(attribute)) {
                judge(attributes.set(copy, attribute, file.attribute(attribute)), attribute);
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

    /** The file system of the copy may have no attributes, and an ordinary user may not set all. */
    private void judge(long result, String attribute) {
        boolean isForbidden = result == -Errno.EPERM.number() && !isRoot;
        if (result < 0 && result != -Errno.EOPNOTSUPP.number() && !isForbidden) {
            throw AttributeCalls.failure("Cannot copy a file", result, "", attribute);
        }
    }
}
