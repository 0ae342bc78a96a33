package io.carrel.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carrel.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Uses a store in a JVM of its own, which may be killed. */
final class StoreMain {

    private StoreMain() {}

    /** Starts a JVM with it; standard error goes to ours. */
    static Process start(String heap, String... arguments) throws IOException {
        return ChildJvm.by().option("-Xmx" + heap).start(StoreMain.class, arguments);
    }

    static String output(Process child) throws IOException {
        return new String(child.getInputStream().readAllBytes(), UTF_8);
    }

    public static void main(String[] arguments) throws IOException {
        ImageStore store = ImageStore.open(Path.of(arguments[0]));
        Path source = Path.of(arguments[2]);
        System.out.println("ready");
        switch (arguments[1]) {
            case "load" -> System.out.println(store.load(source).get(0).layers());
            case "churn" -> churn(store, source, arguments[3]);
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }

    /** Loads, commits and prunes until it is killed. Says which images are finished. */
    private static void churn(ImageStore store, Path source, String round) throws IOException {
        for (int i = 0; ; i++) {
            Path upper = Files.createTempDirectory(source.resolveSibling("uppers"), "upper-");
            Files.writeString(upper.resolve("text"), round + " " + i);
            Reference name = Reference.parse("made:" + round + "-" + i);
            Image base = store.load(source).get(0);
            Image image = store.commit(base, upper, NewImage.of().named(name));
            System.out.println(image + " " + image.digest());
            store.prune(false);
        }
    }
}
