package io.carrel.cgroups;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.carrel.cgroups.internal.events.Watches;
import java.util.Set;

/** A subscription to the events of a group. Thread-safe. */
public final class CgroupWatch implements AutoCloseable {

    private final Watches watches;
    private final ImmutableSet<CgroupEvent> events;

    CgroupWatch(Watches watches, Set<CgroupEvent> events) {
        this.watches = watches;
        this.events = Sets.immutableEnumSet(events);
    }

    /** Returns the events of this group that the host reports; empty for a subscription to pressure. */
    public Set<CgroupEvent> events() {
        return events;
    }

    /** Ends the subscription. A call of the listener that is running still finishes. Later calls do nothing. */
    @Override
    public void close() {
        watches.close();
    }
}
