package io.carrel.linux.launch;

import java.nio.file.Path;

/** A JVM that starts a container that goes on without it, prints its pid and waits to be killed. */
final class DetachedMain {

    private DetachedMain() {}

    public static void main(String[] arguments) throws Exception {
        Detached container = Detached.shell(Path.of(arguments[0]), arguments[1]);
        System.out.println(container.pid());
        if (System.in.read() >= 0) {
            container.end();
        }
    }
}
