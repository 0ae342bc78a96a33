package io.carrel.images.layers;

import io.carrel.fs.internal.OwnerRecord;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.linux.Descriptor;
import io.carrel.linux.Errno;
import io.carrel.linux.binding.AttributeCalls;
import io.carrel.linux.binding.FileCalls;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives files the owner, attributes, permissions and times that an archive says, in this order: a new owner takes away
 * capabilities and set-id bits, and without permission to write a user cannot set attributes. Not thread-safe.
 */
final class MetadataWriter {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataWriter.class);

    /** Labels and access lists that mean something on the host where they were made alone. */
    private static final Set<String> OF_THE_HOST = Set.of("security.selinux", "system.nfs4_acl");

    private final Owners owners;
    private final FileCalls calls;
    private final AttributeCalls attributes;
    private final Supplier<String> place;
    private boolean warned;

    /** {@code place} says in errors which file of which layer it is. */
    MetadataWriter(Owners owners, FileCalls calls, AttributeCalls attributes, Supplier<String> place) {
        this.owners = owners;
        this.calls = calls;
        this.attributes = attributes;
        this.place = place;
    }

    /** All of it for an open file. */
    void file(Descriptor file, EntryMetadata metadata) {
        directory(file, metadata);
        calls.mode(file, metadata.permissions());
        calls.times(file, metadata.times());
    }

    /** Owner and attributes of an open directory; the rest is set when it is left. */
    void directory(Descriptor directory, EntryMetadata metadata) {
        if (owners == Owners.KEEP) {
            calls.owner(directory, metadata.uid(), metadata.gid());
        } else if (metadata.uid() != 0 || metadata.gid() != 0) {
            byte[] record = new OwnerRecord(metadata.uid(), metadata.gid()).format();
            judge(attributes.set(directory, OwnerRecord.ATTRIBUTE, record), OwnerRecord.ATTRIBUTE);
        }
        for (Map.Entry<String, byte[]> attribute : metadata.attributes().entrySet()) {
            if (isApplied(attribute.getKey())) {
                judge(attributes.set(directory, attribute.getKey(), attribute.getValue()), attribute.getKey());
            }
        }
    }

    /** All of it for a file that cannot be opened without an effect: a device or a named pipe. */
    void node(Descriptor directory, String name, EntryMetadata metadata) {
        symbolicLink(directory, name, metadata);
        calls.mode(directory, name, metadata.permissions());
    }

    /** All of it for a symbolic link, which has no permissions. */
    void symbolicLink(Descriptor directory, String name, EntryMetadata metadata) {
        if (owners == Owners.KEEP) {
            calls.owner(directory, name, metadata.uid(), metadata.gid());
        } else if (metadata.uid() != 0 || metadata.gid() != 0) {
            byte[] record = new OwnerRecord(metadata.uid(), metadata.gid()).format();
            judge(attributes.set(directory, name, OwnerRecord.ATTRIBUTE, record), OwnerRecord.ATTRIBUTE);
        }
        for (Map.Entry<String, byte[]> attribute : metadata.attributes().entrySet()) {
            if (isApplied(attribute.getKey())) {
                judge(attributes.set(directory, name, attribute.getKey(), attribute.getValue()), attribute.getKey());
            }
        }
        calls.times(directory, name, metadata.times());
    }

    /** Takes away the attributes that a directory has from a lower layer. */
    void clear(Descriptor directory, String doing) {
        for (String attribute : attributes.names(doing, directory, ".")) {
            if (isApplied(attribute) || attribute.equals(OwnerRecord.ATTRIBUTE)) {
                attributes.remove(doing, directory, ".", attribute);
            }
        }
    }

    /** What overlayfs and the record of owners mean with an attribute is not the archive's to say. */
    private boolean isApplied(String attribute) {
        return !OverlayMarks.isOverlays(attribute)
                && !attribute.equals(OwnerRecord.ATTRIBUTE)
                && !OF_THE_HOST.contains(attribute);
    }

    private void judge(long result, String attribute) {
        if (result >= 0) {
            return;
        }
        boolean unsupported = result == -Errno.EOPNOTSUPP.number();
        boolean forbidden = result == -Errno.EPERM.number();
        // The kernel knows no user.* attributes of symbolic links and devices, whoever asks.
        if (!unsupported && !(forbidden && (owners == Owners.RECORD || attribute.startsWith("user.")))) {
            throw AttributeCalls.failure("Cannot set an attribute of " + place.get(), result, "", attribute);
        }
        if (unsupported && !warned) {
            warned = true;
            LOG.warn("The file system has no attributes like {}, so a layer's are left out", attribute);
        }
    }
}
