package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.ContainerPath;
import io.carrel.fs.Mount;
import io.carrel.fs.RootFs;
import io.carrel.namespaces.IdMap;
import io.carrel.namespaces.IdMapping;
import io.carrel.namespaces.Namespace;
import io.carrel.namespaces.NamespaceType;
import io.carrel.testing.Inside;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel's files where the host's root is a user of the container's: it could have the host execute a program. */
@Tag("root")
class KernelFilesTest {

    /** Opens each file that may be written to, and writes nothing. */
    private static final String OPEN_ALL =
            "find $PLACE -xdev -type f -writable -not -path '*/[0-9]*' 2>/dev/null | grep -v '/pressure/\\|/self/\\|/thread-self/'"
                    + " | while read f; do [ -c $f ] || { (: >> $f) 2>/dev/null && echo writable $f; }; done; true";

    private static String openAll(String place) {
        return OPEN_ALL.replace("$PLACE", place);
    }

    private static String write(String place) {
        return "for f in kernel/core_pattern kernel/modprobe vm/drop_caches kernel/printk fs/binfmt_misc/register; do"
                + " (: >> %1$s/sys/$f) 2>/dev/null && echo writable $f; done; (: >> %1$s/sysrq-trigger) 2>/dev/null &&"
                        .formatted(place)
                + " echo writable sysrq-trigger; true";
    }

    static Stream<ContainerBuilder> whereTheHostsRootIsInside() {
        return Stream.of(
                Container.builder().share(NamespaceType.USER),
                Container.builder().share(NamespaceType.USER).share(NamespaceType.PID),
                Container.builder().share(NamespaceType.USER).root(RootFs.host()),
                Container.builder().idMaps(IdMap.range(0, 0, 65536), IdMap.range(0, 0, 65536)),
                Container.builder().idMaps(IdMap.of(new IdMapping(0, 0, 1)), IdMap.range(0, 0, 1)));
    }

    @ParameterizedTest
    @MethodSource("whereTheHostsRootIsInside")
    void cannotBeWritten(ContainerBuilder builder) throws Exception {
        assertThat(Inside.run(builder, write("/proc") + ";" + openAll("/proc"))).isEmpty();
    }

    @Test
    void norWhereTheyAreMountedOnceMore() throws Exception {
        ContainerBuilder builder = Container.builder()
                .share(NamespaceType.USER)
                .mount(new Mount.Proc(ContainerPath.of("/again")))
                .mount(new Mount.Sysfs(ContainerPath.of("/sys")));
        assertThat(Inside.run(builder, write("/again") + ";" + openAll("/again") + ";" + openAll("/sys")))
                .isEmpty();
    }

    @Test
    void norInAUserNamespaceThatIsJoined() throws Exception {
        try (Namespace own = Namespace.current(NamespaceType.USER)) {
            ContainerBuilder builder =
                    Container.builder().share(NamespaceType.USER).command("true");
            assertThat(builder.build().explain()).contains("make /proc/sys read-only");
            assertThat(Container.builder().join(own).command("true").build().explain())
                    .contains("make /proc/sys read-only");
        }
    }

    @Test
    void canBeWrittenWhereThatIsAskedFor() throws Exception {
        ContainerBuilder builder = Container.builder().share(NamespaceType.USER).hideKernelFiles(false);
        assertThat(Inside.run(builder, write("/proc"))).contains("writable kernel/core_pattern");
        ContainerBuilder unconfined = Container.unconfined().isolate(NamespaceType.MOUNT);
        assertThat(Inside.run(unconfined, write("/proc"))).contains("writable kernel/core_pattern");
    }
}
