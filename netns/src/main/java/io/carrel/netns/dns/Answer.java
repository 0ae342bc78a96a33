package io.carrel.netns.dns;

import com.google.common.collect.ImmutableList;
import java.net.InetAddress;
import java.util.List;

/** What a name server says of a name. */
public sealed interface Answer {

    /**
     * The name has these addresses; a question for another kind than there is gets an empty answer.
     *
     * @param all of either kind
     */
    record Addresses(List<InetAddress> all) implements Answer {

        /** Copies the list. */
        public Addresses {
            all = ImmutableList.copyOf(all);
        }
    }

    /** The address has this name. */
    record Name(String name) implements Answer {}

    /** There is no such name. */
    record Unknown() implements Answer {}

    /** It cannot be said now. */
    record Failed() implements Answer {}

    /** Others may know. */
    record AskOthers() implements Answer {}
}
