package io.carrel.cli;

import io.carrel.images.layers.LayerWriter;
import io.carrel.namespaces.IdRange;
import io.carrel.namespaces.SubordinateIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whom files on the host belong to inside an ordinary user's containers, which have the user's subordinate ids from 1
 * on.
 */
final class GrantedOwners {

    /** Whom the kernel shows in place of an owner that a user namespace does not know. */
    private static final long NOBODY = 65534;

    private GrantedOwners() {}

    /** For root, files have the owners that they have. */
    static LayerWriter translate(LayerWriter writer) {
        long uid = own("unix:uid");
        if (uid == 0) {
            return writer;
        }
        long gid = own("unix:gid");
        SubordinateIds granted = SubordinateIds.ofCurrentUser();
        return writer.ids(id -> inside(granted.users(), id, uid), id -> inside(granted.groups(), id, gid));
    }

    private static long inside(List<IdRange> ranges, long id, long own) {
        if (id == own || id == 0) {
            return 0;
        }
        long first = 1;
        for (IdRange range : ranges) {
            if (range.contains(id)) {
                return first + id - range.start();
            }
            first += range.count();
        }
        return NOBODY;
    }

    private static long own(String attribute) {
        try {
            return Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), attribute));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot find out whose process this is: " + Reason.of(e), e);
        }
    }
}
