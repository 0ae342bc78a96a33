package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import io.carrel.fs.RootFs;
import io.carrel.fs.copy.CopyOptions;
import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.testing.ChildJvm;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A program that has carrel-core alone: what isolates commands works, and what needs carrel-images says so. */
@Tag("kernel")
class WithoutImagesTest {

    private static final Pattern OF_IMAGES =
            Pattern.compile(".*(carrel-images|/images/target|/images(-tests)?\\.jar|jackson|zstd|commons-).*");

    @Test
    void commandsRunAndImagesNameTheirArtifact() throws Exception {
        String classPath = Splitter.on(File.pathSeparatorChar)
                .splitToStream(System.getProperty("java.class.path", ""))
                .map(entry -> new File(entry).getAbsolutePath())
                .filter(entry -> !OF_IMAGES.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(classPath).as("what the tests have").isNotEqualTo(System.getProperty("java.class.path"));

        assertThat(ChildJvm.by().classPath(classPath).run(Isolating.class).success())
                .isEqualTo("no images");
    }

    /** The program. */
    static final class Isolating {

        private Isolating() {}

        public static void main(String[] arguments) throws Exception {
            assertThatThrownBy(() -> Class.forName("io.carrel.images.ImageStore"))
                    .isInstanceOf(ClassNotFoundException.class);
            assertThatThrownBy(() -> Container.builder()
                            .root(RootFs.image("debian"))
                            .command("true")
                            .build()
                            .plan())
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("io.carrel:carrel-images");
            Container reads = Container.builder().command("cat").build();
            try (ContainerProcess process = reads.start()) {
                assertThatThrownBy(() -> process.files()
                                .copyIn(new ByteArrayInputStream(new byte[1024]), "/tmp", CopyOptions.DEFAULT))
                        .isInstanceOf(UnsupportedFeatureException.class)
                        .hasMessageContaining("io.carrel:carrel-images");
            }
            System.out.print(Container.builder()
                    .command("echo", "no images")
                    .build()
                    .run()
                    .stdout());
        }
    }
}
