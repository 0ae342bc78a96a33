package io.carrel.cgroups;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.carrel.cgroups.internal.events.Watches;
import java.util.Set;

/** Ends what a listener is told. Thread-safe. */
public final class CgroupWatch implements AutoCloseable {

    private final Watches watches;
    private final ImmutableSet<CgroupEvent> events;

    CgroupWatch(Watches watches, Set<CgroupEvent> events) {
        this.watches = watches;
        this.events = Sets.immutableEnumSet(events);
    }

    /** What the host tells of this group, if it happens; empty for pressure. */
    public Set<CgroupEvent> events() {
        return events;
    }

    /** The listener is told no more, apart from a call that runs already. Later calls do nothing. */
    @Override
    public void close() {
        watches.close();
    }
}
