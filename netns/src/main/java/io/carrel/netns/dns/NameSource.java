package io.carrel.netns.dns;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;

/** Who knows names. Called by the relay's thread; must not block. */
@FunctionalInterface
public interface NameSource {

    /**
     * Returns what is known of a name.
     *
     * @param name in small letters, without a dot at its end
     * @param asker who wants to know
     */
    CompletionStage<Answer> find(String name, InetSocketAddress asker);
}
