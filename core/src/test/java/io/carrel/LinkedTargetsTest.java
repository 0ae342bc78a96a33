package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.Access;
import io.carrel.fs.ContainerPath;
import io.carrel.fs.Content;
import io.carrel.fs.HostPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.testing.ChildJvm;
import io.carrel.testing.Inside;
import io.carrel.testing.KernelFeature;
import io.carrel.testing.Layers;
import io.carrel.testing.NeedsKernel;
import io.carrel.testing.NeedsProgram;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts whose targets are symbolic links, also links to what is not there. */
@Tag("kernel")
@NeedsProgram("busybox")
@NeedsKernel(KernelFeature.BINDS)
class LinkedTargetsTest {

    /** The host as systemd-resolved makes it. A JDK of Debian's has its settings in /etc. */
    private static final String RESOLVED =
            "mkdir $0/etc; cp -r /etc/passwd /etc/group $(find /etc -maxdepth 1 -name 'java-*') $0/etc;"
                    + " ln -sfn ../run/systemd/resolve/stub-resolv.conf $0/etc/resolv.conf;"
                    + " mount --bind $0/etc /etc && mount -t tmpfs run /run && mkdir -p /run/systemd/resolve &&"
                    + " echo nameserver 192.0.2.53 > /run/systemd/resolve/stub-resolv.conf && exec \"$@\"";

    @TempDir
    private Path directory;

    private Path rootWithDanglingLink() throws Exception {
        Path root = Layers.in(directory).busybox();
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("etc/resolv.conf"), Path.of("../run/systemd/resolve/stub-resolv.conf"));
        Files.createSymbolicLink(root.resolve("etc/up"), Path.of("../../../../gone/up"));
        return root;
    }

    private static ContainerBuilder in(RootFs root) throws Exception {
        return Container.builder()
                .root(root)
                .dns(InetAddress.getByName("192.0.2.1"))
                .mount(new Mount.FileContent(ContainerPath.of("/etc/up"), Content.of("inside\n"), 0444));
    }

    private static void assertNamed(ContainerBuilder builder) throws Exception {
        assertThat(Inside.run(builder, "cat /etc/resolv.conf /run/systemd/resolve/stub-resolv.conf /gone/up"))
                .isEqualTo("nameserver 192.0.2.1\nnameserver 192.0.2.1\ninside");
    }

    @Test
    void theMissingTargetIsMadeInADirectory() throws Exception {
        assertNamed(in(RootFs.directory(rootWithDanglingLink(), Access.READ_WRITE)));
        assertThat(Path.of("/gone")).doesNotExist();
    }

    @Test
    @NeedsKernel(KernelFeature.LAYERS)
    void theMissingTargetIsMadeInLayers() throws Exception {
        assertNamed(in(RootFs.overlay(rootWithDanglingLink())));
    }

    @Test
    void linksOfTheDefaultRootAreFollowed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "content\n");
        ContainerBuilder builder = Container.builder()
                .bind(HostPath.of(directory), "/var/tmp/it", Access.READ_ONLY)
                .bind(HostPath.of(file), "/lib/os-release", Access.READ_ONLY);
        assertThat(Inside.run(builder, "cat /tmp/it/file /usr/lib/os-release")).isEqualTo("content\ncontent");
    }

    /** Prints what names servers a container has. */
    static final class Printing {
        public static void main(String[] arguments) throws Exception {
            ContainerBuilder builder = Container.builder();
            if (arguments[0].equals("dns")) {
                builder.dns(InetAddress.getByName("192.0.2.1"));
            }
            System.out.print(Inside.run(builder, "cat /etc/resolv.conf"));
        }
    }

    @Test
    @NeedsKernel(KernelFeature.NOTHING)
    void theDefaultRootShowsWhatTheHostsLinkLeadsTo() throws Exception {
        assertThat(print("host")).isEqualTo("nameserver 192.0.2.53");
        assertThat(print("dns")).isEqualTo("nameserver 192.0.2.1");
    }

    private String print(String which) throws Exception {
        Path own = Files.createDirectories(directory.resolve(which));
        return ChildJvm.by("unshare", "-Urm", "sh", "-c", RESOLVED, own.toString())
                .run(Printing.class, which)
                .success();
    }
}
