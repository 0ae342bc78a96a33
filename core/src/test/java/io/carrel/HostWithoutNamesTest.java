package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.ChildJvm;
import io.carrel.testing.Inside;
import io.carrel.testing.NeedsProgram;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The default root on hosts whose files of names are not the usual ones. */
@Tag("kernel")
@NeedsProgram("busybox")
class HostWithoutNamesTest {

    /** A JDK of Debian's has its settings in /etc. */
    private static final String ETC =
            "mkdir -p $0/etc/below; cp -r /etc/passwd /etc/group $(find /etc -maxdepth 1 -name 'java-*') $0/etc;"
                    + " ln -s below $0/etc/link; echo content > $0/etc/below/file; cd $0/etc; eval \"$1\"; shift; cd /;"
                    + " mount --bind $0/etc /etc && exec \"$@\"";

    @TempDir
    private Path directory;

    /** Prints what a container finds in /etc. */
    static final class Printing {
        public static void main(String[] arguments) throws Exception {
            ContainerBuilder builder = Container.builder().hostname("own").dns(InetAddress.getByName("192.0.2.1"));
            System.out.print(Inside.run(builder, "cat /etc/resolv.conf; " + arguments[0]));
        }
    }

    private String print(String setup, String script) throws Exception {
        return ChildJvm.by("unshare", "-Urm", "sh", "-c", ETC, directory.toString(), setup)
                .run(Printing.class, script)
                .success();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "mkdir resolv.conf hosts",
                "ln -s hosts hosts; ln -s resolv.conf resolv.conf",
                "ln -s /usr/not-there hosts; ln -s below/not-there resolv.conf"
            })
    void whatTheHostLacksIsMade(String setup) throws Exception {
        assertThat(print(setup, "grep own /etc/hosts; cat /etc/link/file; grep -c ^root: /etc/passwd; test ! -w /etc"))
                .isEqualTo("nameserver 192.0.2.1\n127.0.1.1\town\ncontent\n1");
    }

    @Test
    void aLongFileOfTheHostsIsKept() throws Exception {
        String setup = "touch resolv.conf; for i in $(seq 40000); do echo 0.0.0.0 ad$i.example.test; done > hosts;"
                + " printf '192.0.2.7 \\351' >> hosts";
        assertThat(print(setup, "wc -l < /etc/hosts; tail -n 2 /etc/hosts | od -An -c | tr -d ' \\n'"))
                .isEqualTo("nameserver 192.0.2.1\n40002\n192.0.2.7351\\n127.0.1.1\\town\\n");
    }
}
