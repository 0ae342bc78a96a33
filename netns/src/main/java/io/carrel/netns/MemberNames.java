package io.carrel.netns;

import io.carrel.netns.dns.Answer;
import io.carrel.netns.dns.NameSource;
import io.carrel.netns.dns.NameTable;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * The names of a network's containers, whichever JVM they belong to: read again when their directory has changed. Used by one
 * thread only.
 */
final class MemberNames implements NameSource {

    /** Two changes of a directory within this may bear the same time. */
    private static final Duration CLOCK = Duration.ofMillis(50);

    private final Members members;
    private Instant read = Instant.MIN;
    private NameTable table = new NameTable();

    MemberNames(Members members) {
        this.members = members;
    }

    @Override
    public CompletionStage<Answer> find(String name) {
        refresh();
        return table.find(name);
    }

    private void refresh() {
        try {
            Instant now = Instant.now();
            Instant changed = Files.getLastModifiedTime(members.directory()).toInstant();
            if (read.isAfter(changed.plus(CLOCK))) {
                return;
            }
            NameTable fresh = new NameTable();
            for (NetworkMember member : members.list()) {
                member.names().forEach(alias -> member.addresses().forEach(address -> fresh.add(alias, address)));
            }
            table = fresh;
            read = now;
        } catch (IOException gone) {
            table = new NameTable();
        }
    }
}
