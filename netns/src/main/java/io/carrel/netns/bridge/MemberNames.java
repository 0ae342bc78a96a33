package io.carrel.netns.bridge;

import io.carrel.netns.dns.NameTable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The names of one network's containers, whichever JVM they belong to: read again when their directory has changed.
 * Used by one thread only.
 */
final class MemberNames {

    /** Two changes of a directory within this may bear the same time. */
    private static final Duration CLOCK = Duration.ofMillis(50);

    private final AddressLeases members;
    private Instant read = Instant.MIN;
    private NameTable table = new NameTable();
    private Map<InetAddress, Long> namespaces = Map.of();

    MemberNames(AddressLeases members) {
        this.members = members;
    }

    /** The names as they are now. */
    NameTable table() {
        refresh();
        return table;
    }

    /** Which network namespace has this address. */
    OptionalLong namespace(InetAddress address) {
        refresh();
        Long found = namespaces.get(address);
        return found == null || found == 0 ? OptionalLong.empty() : OptionalLong.of(found);
    }

    /** Whether the network namespace is on the network. */
    boolean has(long namespace) {
        refresh();
        return namespaces.containsValue(namespace);
    }

    private void refresh() {
        try {
            Instant now = Instant.now();
            Instant changed = Files.getLastModifiedTime(members.directory()).toInstant();
            if (read.isAfter(changed.plus(CLOCK))) {
                return;
            }
            readAll();
            read = now;
        } catch (IOException gone) {
            table = new NameTable();
            namespaces = Map.of();
        }
    }

    private void readAll() {
        NameTable fresh = new NameTable();
        Map<InetAddress, Long> places = new HashMap<>();
        for (NetworkMember member : members.list()) {
            member.names().forEach(alias -> member.addresses().forEach(address -> fresh.add(alias, address)));
            member.addresses().forEach(address -> places.put(address, member.namespace()));
        }
        table = fresh;
        namespaces = places;
    }
}
