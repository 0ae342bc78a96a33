package io.carrel.linux;

import com.google.common.base.Throwables;
import io.carrel.linux.uapi.Processor;
import java.util.Optional;

/** Whether this JVM lets Carrel call the kernel, without which nothing works. Thread-safe. */
public final class NativeAccess {

    private static final String FEATURE = "native calls from Java";
    private static final String LIBRARY = "com.sun.jna.Native";

    private NativeAccess() {}

    /** Tried once, as a class that could not be initialized never can. */
    private static final class Trial {
        static final Optional<String> REASON = attempt();

        private static Optional<String> attempt() {
            try {
                Class.forName(LIBRARY);
                return Optional.empty();
            } catch (ClassNotFoundException | LinkageError e) {
                Throwable cause = Throwables.getRootCause(e);
                return Optional.of(cause.getMessage() + ". " + remedy(cause));
            }
        }
    }

    /** Returns why native calls are not possible, and what to do about it; empty if they are. */
    public static Optional<UnsupportedFeatureException> problem() {
        if (Processor.find().isEmpty()) {
            return Optional.of(new UnsupportedFeatureException(
                    FEATURE, "Carrel runs on x86-64 and aarch64, and this is " + System.getProperty("os.arch") + "."));
        }
        return Trial.REASON.map(reason -> new UnsupportedFeatureException(FEATURE, reason));
    }

    /**
     * Checks that native calls are possible.
     *
     * @throws UnsupportedFeatureException if they are not: on another processor than x86-64 and aarch64, where the JVM
     *     forbids them, or where JNA cannot load its library
     */
    public static void check() {
        problem().ifPresent(problem -> {
            throw problem;
        });
    }

    private static String remedy(Throwable failure) {
        String allowed =
                "Start the JVM with --enable-native-access=ALL-UNNAMED, or with com.sun.jna on the module path; a JAR that"
                        + " is started by -jar can have \"Enable-Native-Access: ALL-UNNAMED\" in its manifest.";
        return failure instanceof IllegalCallerException
                ? allowed
                : "JNA unpacks a library into the temporary directory and loads it from there: set jna.tmpdir to one where"
                        + " programs may run. Where the JVM forbids native calls: " + allowed;
    }
}
