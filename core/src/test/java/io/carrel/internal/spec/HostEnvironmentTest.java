package io.carrel.internal.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.Container;
import io.carrel.ContainerResult;
import io.carrel.linux.ByteText;
import io.carrel.testing.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostEnvironmentTest {

    @Test
    void variablesKeepTheirBytes() {
        byte[] environ = "A=caf\u00e9\0B=\0=C\0D\0E=x=y\0".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(HostEnvironment.parse(environ)).isEqualTo(Map.of("A", "caf\udce9", "B", "", "E", "x=y"));
    }

    /** Says where its command is, and what the command has of a variable of its own. */
    static final class Unconfined {
        public static void main(String[] arguments) throws Exception {
            print(Container.unconfined()
                    .command("sh", "-c", "basename $(pwd -P); printf %s \"$Y\" | od -An -tx1")
                    .build()
                    .run());
            print(Container.builder()
                    .inheritEnvironment("Y", "NOT_THERE")
                    .command("sh", "-c", "printf %s \"$Y${NOT_THERE-}\" | od -An -tx1")
                    .build()
                    .run());
        }

        private static void print(ContainerResult result) {
            System.out.writeBytes(result.stdoutBytes());
        }
    }

    @Test
    @Tag("kernel")
    void aJvmWithoutTheEncodingPassesOnWhatItHasFromTheHost(@TempDir Path directory) throws Exception {
        String script =
                "cd \"$0\"; d=$(printf 'caf\\303\\251'); mkdir $d; cd $d; LC_ALL=C Y=$d \"$@\"; cd ..; rmdir $d";
        assertThat(ChildJvm.by("sh", "-c", script, directory.toString())
                        .run(Unconfined.class)
                        .success())
                .isEqualTo("caf\u00e9\n 63 61 66 c3 a9\n 63 61 66 c3 a9");
    }

    @Test
    @Tag("kernel")
    void aCommandGetsTheBytes() throws Exception {
        byte[] latin = {'c', 'a', 'f', (byte) 0xe9};
        assertThat(Container.builder()
                        .environment("Y", ByteText.decode(latin))
                        .command("sh", "-c", "printf %s \"$Y\"; printf %s \"$1\"", "sh", ByteText.decode(latin))
                        .build()
                        .run()
                        .stdoutBytes())
                .containsExactly('c', 'a', 'f', 0xe9, 'c', 'a', 'f', 0xe9);
    }
}
