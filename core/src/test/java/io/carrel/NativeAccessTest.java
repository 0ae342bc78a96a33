package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.linux.UnsupportedFeatureException;
import io.carrel.testing.ChildJvm;
import org.junit.jupiter.api.Test;

/** JVMs that let nobody, or nobody any more, call native code. */
class NativeAccessTest {

    /** Prints what is said by each that says what works, or starts something. */
    static final class Asking {
        public static void main(String[] arguments) throws Exception {
            System.out.println(Host.probe().toString().replace('\n', ' '));
            Container container = Container.builder().command("true").build();
            tell(container::run);
            tell(container::start);
            tell(container::explain);
        }

        private interface Use {
            Object run() throws Exception;
        }

        private static void tell(Use use) throws Exception {
            try {
                System.out.println(use.run());
            } catch (UnsupportedFeatureException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aLibraryThatCannotBeLoadedIsSaidWithTheRemedy() throws Exception {
        ChildJvm jvm = ChildJvm.by()
                .option("-Djna.nosys=true")
                .option("-Djna.boot.library.path=/nowhere")
                .option("-Djna.noclasspath=true");
        assertThat(jvm.run(Asking.class).success().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).contains("set jna.tmpdir"));
    }

    @Test
    void aJvmThatForbidsThemIsSaidWithTheRemedy() throws Exception {
        ChildJvm jvm = ChildJvm.by().withoutNativeAccess().option("--illegal-native-access=deny");
        if (Runtime.version().feature() < 24) {
            assertThat(jvm.run(Asking.class).exitCode())
                    .as("an option that older ones do not know")
                    .isNotZero();
            return;
        }
        assertThat(jvm.run(Asking.class).success().lines())
                .hasSize(4)
                .allSatisfy(line ->
                        assertThat(line).contains("Illegal native access", "--enable-native-access=ALL-UNNAMED"));
    }
}
