package io.carrel.netns.dns;

import java.util.concurrent.CompletionStage;

/** Who knows names. Called by the relay's thread; must not block. */
@FunctionalInterface
public interface NameSource {

    /** What is known of a name, which is in small letters and has no dot at its end. */
    CompletionStage<Answer> find(String name);
}
