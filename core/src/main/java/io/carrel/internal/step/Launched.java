package io.carrel.internal.step;

import io.carrel.linux.Signal;
import io.carrel.linux.launch.Child;
import java.util.concurrent.CompletableFuture;

/**
 * The first process of a start, as far as its start has to do with it. Immutable.
 *
 * @param gone completed when it is reaped, and so is what served it from outside
 * @param killed ends it, and all with it
 */
public record Launched(CompletableFuture<Void> gone, Runnable killed) {

    /** One that ends with this JVM. */
    public static Launched of(Child child) {
        return new Launched(child.gone(), () -> child.signal(Signal.KILL));
    }

    /** Ends it, if its caller does not get to know of it: nobody else could. */
    public void end() {
        killed.run();
        gone.join();
    }
}
