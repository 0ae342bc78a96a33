package io.carrel.internal.identity;

import io.carrel.linux.Capability;
import io.carrel.linux.KernelFile;
import io.carrel.linux.KernelFileException;
import io.carrel.linux.binding.ProcessStatus;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Who this JVM is on its host. Immutable.
 *
 * @param uid its effective user id
 * @param gid its effective group id
 * @param capabilities its effective capabilities, a bit for each
 * @param uidMap the users of its user namespace
 * @param gidMap the groups of its user namespace
 */
public record HostIdentity(long uid, long gid, long capabilities, IdMap uidMap, IdMap gidMap) {

    /** As many as fit into 16 bits, which is what images expect. */
    private static final long RANGE = 65536;
    /**
     * Above what /etc/login.defs gives to users and subordinate ranges, and below what systemd-nspawn uses for itself.
     */
    private static final long HIGH = 0x70000000L;
    /** Above what SSSD and FreeIPA give to the users of a directory, which ends with 2000200000. */
    private static final long HIGHER = 2_000_200_001L;
    /** Below what systemd has for the files of foreign images, 0x7ffe0000, and what is negative to some programs. */
    private static final long HIGHER_RANGE = 0x7ffe0000L - HIGHER;

    /** Reads it from /proc. */
    public static HostIdentity current() {
        return parse(ProcessStatus.current().text(), map("uid_map"), map("gid_map"));
    }

    static HostIdentity parse(String text, IdMap uidMap, IdMap gidMap) {
        ProcessStatus status = new ProcessStatus(text);
        return new HostIdentity(
                status.effectiveUid(), status.effectiveGid(), status.effectiveCapabilities(), uidMap, gidMap);
    }

    private static IdMap map(String name) {
        Path file = Path.of("/proc/self", name);
        try {
            return IdMap.parse(KernelFile.read(file));
        } catch (IOException e) {
            throw new KernelFileException("Cannot read the ids of this process", file.toString(), "", e);
        }
    }

    /** Whether it has the capability. */
    public boolean has(Capability capability) {
        return (capabilities >> capability.number() & 1) != 0;
    }

    /** Whether it can map any ids, and change the owners that mounts show. */
    public boolean isPrivileged() {
        return has(Capability.SETUID)
                && has(Capability.SETGID)
                && has(Capability.SYS_ADMIN)
                && room(uidMap).count() > 1
                && room(gidMap).count() > 1;
    }

    /** Users that the host has not given to anybody. */
    public IdMap highUsers() {
        IdMapping room = room(uidMap);
        return IdMap.range(0, room.outsideId(), room.count());
    }

    /** Groups that the host has not given to anybody. */
    public IdMap highGroups() {
        IdMapping room = room(gidMap);
        return IdMap.range(0, room.outsideId(), room.count());
    }

    /**
     * The same, and on a host with all ids as many more as nobody gives away by himself: the files of images may have
     * them.
     */
    public IdMap usersForLayers() {
        return withMore(highUsers(), uidMap);
    }

    /** The same with groups. */
    public IdMap groupsForLayers() {
        return withMore(highGroups(), gidMap);
    }

    private static IdMap withMore(IdMap high, IdMap own) {
        IdMapping first = high.mappings().get(0);
        return first.outsideId() == HIGH && holds(own, HIGHER, HIGHER_RANGE)
                ? IdMap.of(first, new IdMapping(first.count(), HIGHER, HIGHER_RANGE))
                : high;
    }

    private static boolean holds(IdMap own, long start, long count) {
        return own.mappings().stream()
                .anyMatch(mapping ->
                        mapping.insideId() <= start && mapping.insideId() + mapping.count() >= start + count);
    }

    /** The high range if there is one; inside another container, the upper half of the ids that it has. */
    private static IdMapping room(IdMap own) {
        List<IdMapping> mappings = own.mappings();
        if (holds(own, HIGH, RANGE)) {
            return new IdMapping(0, HIGH, RANGE);
        }
        return mappings.stream()
                .max(Comparator.comparingLong(IdMapping::count))
                .map(largest -> {
                    long count = Math.min(RANGE, (largest.count() + 1) / 2);
                    return new IdMapping(0, largest.insideId() + largest.count() - count, count);
                })
                .orElseGet(() -> new IdMapping(0, 0, 1));
    }
}
