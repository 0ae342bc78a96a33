package io.carrel.netns.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JVMs that come and go while others sweep. */
@Tag("kernel")
class OwnersTest {

    @TempDir
    private Path directory;

    @Test
    void toAskWhoIsDeadChangesNothing() throws Exception {
        Owners owners = new Owners(directory);
        Path dead = Files.createFile(directory.resolve("dead"));
        assertThat(owners.isDead("dead")).isTrue();
        assertThat(owners.isDead("never")).isTrue();
        assertThat(Directories.list(directory)).containsExactly(dead);

        owners.sweep();
        assertThat(Directories.list(directory)).isEmpty();
    }

    /** Many that begin while others sweep without end: each is one of the living then, and stays so. */
    static final class Crowd {

        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            AtomicBoolean over = new AtomicBoolean();
            List<Thread> sweepers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Thread sweeper = new Thread(() -> {
                    Owners other = new Owners(directory);
                    while (!over.get()) {
                        other.sweep();
                    }
                });
                sweeper.start();
                sweepers.add(sweeper);
            }
            List<Owners> crowd = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Owners owners = new Owners(directory);
                owners.own();
                crowd.add(owners);
            }
            over.set(true);
            for (Thread sweeper : sweepers) {
                sweeper.join();
            }
            Owners other = new Owners(directory);
            other.sweep();
            System.out.println("dead="
                    + crowd.stream()
                            .filter(owners -> other.isDead(owners.own()))
                            .count());
            System.out.println("files=" + Directories.list(directory).size());
        }
    }

    @Test
    void whoBeginsWhileOthersSweepIsAlive() throws Exception {
        assertThat(ChildJvm.by().run(Crowd.class, directory.toString()).stdout())
                .isEqualToIgnoringNewLines("dead=0files=400");
    }
}
