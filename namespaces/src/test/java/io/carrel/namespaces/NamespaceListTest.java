package io.carrel.namespaces;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
class NamespaceListTest {

    private static final String COLUMNS = "NS,TYPE,NPROCS,PID,USER,PNS,ONS,COMMAND";

    /**
     * The unshare process is in all new namespaces but the PID namespace; the shell that it started is in all of them.
     * Once process ids have started again at the low ones it may be the first of this JVM's namespaces, too, and lsns
     * is one more of those.
     */
    @Test
    void showsWhatLsnsShows() throws Exception {
        try (Unshared process = Unshared.fully();
                NamespaceSet own = Namespaces.current()) {
            Set<String> shared = own.namespaces().stream()
                    .map(namespace -> Long.toString(namespace.inode()))
                    .collect(Collectors.toSet());
            List<String> ours = Namespaces.list().stream()
                    .filter(info -> info.firstProcess()
                            .filter(first -> first.command().contains(Unshared.HOST_NAME))
                            .isPresent())
                    .map(NamespaceListTest::row)
                    .filter(row -> !shared.contains(inode(row)))
                    .toList();

            String lsns = Shell.output("lsns", "--list", "--noheadings", "--raw", "--notruncate", "--output", COLUMNS);
            assertThat(ours)
                    .containsExactlyElementsOf(lsns.lines()
                            .map(line -> line.replace("\\x20", " "))
                            .filter(line -> line.contains(Unshared.HOST_NAME))
                            .filter(line -> !shared.contains(inode(line)))
                            .toList())
                    .hasSize(7)
                    .anyMatch(row -> row.contains(" pid 1 " + process.pid() + " "));
        }
    }

    private static String inode(String row) {
        return row.substring(0, row.indexOf(' '));
    }

    private static String row(NamespaceInfo info) {
        NamespaceInfo.Member first = info.firstProcess().orElseThrow();
        return String.join(
                " ",
                Arrays.asList(
                        Long.toString(info.inode()),
                        info.type().label(),
                        Integer.toString(info.processCount()),
                        Long.toString(first.pid()),
                        first.user(),
                        Long.toString(info.parent().orElse(0)),
                        Long.toString(info.owner().orElse(0)),
                        first.command()));
    }

    @Test
    void isInTheOrderOfTheNumbersAndHoldsTheOwnNamespaces() {
        List<NamespaceInfo> list = Namespaces.list();

        assertThat(list).isSortedAccordingTo(Comparator.comparingLong(NamespaceInfo::inode));
        try (NamespaceSet own = Namespaces.current()) {
            for (Namespace namespace : own.namespaces()) {
                assertThat(list).anySatisfy(info -> {
                    assertThat(info.type()).isEqualTo(namespace.type());
                    assertThat(info.inode()).isEqualTo(namespace.inode());
                    assertThat(info.processCount()).isPositive();
                });
            }
        }
    }

    @Test
    void showsAUserNamespaceThatIsEmptyButOwnsAnother() throws Exception {
        try (Unshared process = Unshared.with(":", "-Ur", "unshare", "-U");
                NamespaceSet set = Namespaces.of(process.pid());
                Namespace empty =
                        set.namespace(NamespaceType.USER).orElseThrow().parent().orElseThrow()) {
            assertThat(Namespaces.list()).anySatisfy(info -> {
                assertThat(info.inode()).isEqualTo(empty.inode());
                assertThat(info.processCount()).isZero();
                assertThat(info.firstProcess()).isEmpty();
                assertThat(info.parent()).isEqualTo(ownUserNamespace());
            });
        }
    }

    private static OptionalLong ownUserNamespace() {
        try (Namespace own = Namespace.current(NamespaceType.USER)) {
            return OptionalLong.of(own.inode());
        }
    }
}
