package io.carrel.images.layers;

import io.carrel.fs.internal.OwnMountPoints;
import io.carrel.fs.internal.OwnerRecord;
import io.carrel.fs.overlay.MergedDirectory;
import io.carrel.fs.overlay.MergedEntry;
import io.carrel.fs.overlay.OverlayMarks;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.uapi.Fcntl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Directories that are in an upper only as places that each container has mounted over lie in them: {@code /etc} of
 * most.
 *
 * @param lower the root of the layers below; empty if they are not known
 */
record MountPointParents(MergedDirectory lower, OwnerTranslation owners) {

    private static final int MADE_WITH = 0755;

    /** Whether the directory, which is no mark and has only such places in it, is what the layers have. */
    boolean isUnchanged(UpperFile directory) {
        if (lower.isEmpty() || directory.isOpaque()) {
            return false;
        }
        Optional<MergedEntry> found = lower.find(directory.name());
        if (found.isEmpty()) {
            OwnerRecord owner = owners.inside(directory);
            return directory.status().permissions() == MADE_WITH && owner.uid() == 0 && owner.gid() == 0;
        }
        UpperFile before = before(directory, found.get());
        return before.status().mode() == directory.status().mode()
                && owners.inside(before).equals(owners.inside(directory))
                && ofTheFile(before).equals(ofTheFile(directory));
    }

    /** Whether what lies in it is only there to be mounted over. */
    boolean isMadeOf(UpperFile directory, List<UpperFile> children) {
        return OwnMountPoints.mayBeIn(directory.path())
                && !children.isEmpty()
                && children.stream()
                        .allMatch(child -> child.status().is(Fcntl.S_IFREG)
                                && OwnMountPoints.isLike(child.path(), child.status())
                                && !child.isCopiedUp()
                                && !child.isWhiteout());
    }

    private static UpperFile before(UpperFile directory, MergedEntry found) {
        Map<String, String> attributes = new TreeMap<>();
        for (String name : found.attributes()) {
            attributes.put(name, new String(found.attribute(name), FileCalls.BYTES));
        }
        return new UpperFile(found.directory(), directory.path(), directory.name(), found.status(), attributes);
    }

    private static Map<String, String> ofTheFile(UpperFile file) {
        Map<String, String> attributes = new TreeMap<>(file.attributes());
        attributes.keySet().removeIf(name -> OverlayMarks.isOverlays(name) || name.equals(OwnerRecord.ATTRIBUTE));
        return attributes;
    }
}
