package io.carrel.images.view;

import io.carrel.fs.spi.TarEntry;
import io.carrel.fs.spi.TarEntry.Time;
import java.util.Map;

/**
 * What a file has besides its content. Immutable.
 *
 * @param mode permission, set-id and sticky bits
 * @param uid unsigned
 * @param gid unsigned
 * @param seconds the time of the last change, since 1970
 * @param nanos to be added to it
 * @param attributes extended attributes by their full, raw names; the values are not to be changed
 */
record Metadata(int mode, int uid, int gid, long seconds, int nanos, Map<String, byte[]> attributes) {

    /** Of directories that no layer describes, but in which layers have files. */
    static final Metadata IMPLIED = new Metadata(0755, 0, 0, 0, 0, Map.of());

    static Metadata of(TarEntry entry) {
        TarEntry.Metadata said = entry.metadata();
        Time mtime = said.mtime();
        int uid = (int) said.uid();
        int gid = (int) said.gid();
        return new Metadata(said.mode(), uid, gid, mtime.seconds(), mtime.nanos(), said.attributes());
    }
}
