package io.carrel;

import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.fs.RootFs;
import io.carrel.fs.Storage;
import io.carrel.netns.PortMapping;
import io.carrel.testing.Eventually;
import io.carrel.testing.Inside;
import io.carrel.testing.LoadedImages;
import io.carrel.testing.Outside;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's servers as images, which {@code ci/debian/image} makes, start and serve as they do elsewhere: as root, and
 * as an ordinary user with subordinate ids.
 */
@Tag("kernel")
@Tag("long")
@EnabledIfSystemProperty(
        named = ServersTest.PROPERTY,
        matches = "/.+",
        disabledReason = "images made by ci/debian/image --servers are needed")
class ServersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static final String PROPERTY = "carrel.debian.servers";

    @TempDir
    private static Path directory;

    private static Storage storage;

    @BeforeAll
    static void load() {
        storage = LoadedImages.in(directory, PROPERTY);
    }

    @AfterAll
    static void remove() throws IOException, InterruptedException {
        LoadedImages.remove(directory);
    }

    private static ContainerBuilder of(String image) {
        return Container.builder()
                .root(RootFs.image("servers:" + image).in(storage))
                .subordinateIds();
    }

    /** What a port answers to these bytes, as soon as somebody answers; until he closes the connection. */
    private static String answer(ContainerProcess process, String question) {
        int port = process.ports().get(0).host().getPort();
        String[] answer = {""};
        Eventually.holds("an answer of " + process.ports(), PATIENCE, () -> {
            assertThat(process.isAlive()).isTrue();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(question.getBytes(StandardCharsets.UTF_8));
                answer[0] = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException notYet) {
                return false;
            }
            return !answer[0].isEmpty();
        });
        return answer[0];
    }

    @Test
    void nginxServesItsPageByWorkersOfAnotherUser() throws Exception {
        try (ContainerProcess process = of("nginx")
                .publish(PortMapping.parse("127.0.0.1::80"))
                .redirectErrorStream(true)
                .build()
                .start()) {
            String page = answer(process, "GET / HTTP/1.0\r\n\r\n");
            assertThat(page).startsWith("HTTP/1.1 200 OK").endsWith("a page of the image\n");
            // Another worker than the one that has answered may still call itself like the master, with its own user
            // already.
            Eventually.holds(
                    "the master is root, and all workers are such",
                    Duration.ofSeconds(30),
                    () -> usersOf("nginx: master process", process).equals(List.of(0L)));
            assertThat(usersOf("nginx: worker process", process)).containsExactly(33L);
            BufferedReader log =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            assertThat(log.lines().filter(line -> line.contains("GET /")).findFirst())
                    .hasValueSatisfying(line -> assertThat(line).contains("200"));
            process.destroy();
            assertThat(process.waitFor())
                    .as("SIGQUIT is its image's stop signal")
                    .isZero();
        }
    }

    /** Inside the container, the users whose programs call themselves so. */
    private static List<Long> usersOf(String title, ContainerProcess process) {
        return descendants(process.pid())
                .filter(pid -> Outside.lines(Path.of("/proc", pid.toString(), "cmdline")).stream()
                        .anyMatch(line -> line.startsWith(title)))
                .map(pid -> inside(
                        pid,
                        Long.parseLong(Outside.status(pid.toString(), "Uid").split("\t", -1)[0])))
                .distinct()
                .collect(Collectors.toList());
    }

    private static Stream<Long> descendants(long pid) {
        return Stream.concat(Stream.of(pid), Outside.children(pid).stream().flatMap(ServersTest::descendants));
    }

    private static long inside(long pid, long uid) {
        return Outside.lines(Path.of("/proc", Long.toString(pid), "uid_map")).stream()
                .map(line -> line.strip().split(" +", -1))
                .filter(map -> uid >= Long.parseLong(map[1]) && uid < Long.parseLong(map[1]) + Long.parseLong(map[2]))
                .map(map -> uid - Long.parseLong(map[1]) + Long.parseLong(map[0]))
                .findFirst()
                .orElse(-1L);
    }

    @Test
    void redisServesAndSavesIntoItsVolume() throws Exception {
        try (ContainerProcess process = of("redis")
                .command("redis-server", "--protected-mode", "no")
                .publish(PortMapping.parse("127.0.0.1::6379"))
                .redirectErrorStream(true)
                .build()
                .start()) {
            assertThat(answer(process, "PING\r\nSET desk carrel\r\nGET desk\r\nSAVE\r\nCONFIG GET dir\r\nQUIT\r\n"))
                    .isEqualTo("+PONG\r\n+OK\r\n$6\r\ncarrel\r\n+OK\r\n*2\r\n$3\r\ndir\r\n$5\r\n/data\r\n+OK\r\n");
            process.destroy();
            assertThat(process.waitFor()).isZero();
        }
    }

    @Test
    void postgresMakesADatabaseInItsVolumeAndAnswers() throws Exception {
        assertThat(Inside.run(of("postgres"), """
                        PATH=$PATH:$(echo /usr/lib/postgresql/*/bin)
                        id -un; pwd; stat -c %U ..
                        initdb -D ../data --auth=trust >../log 2>&1 || { cat ../log; exit 1; }
                        pg_ctl -D ../data -o '-k /tmp' -l ../log -w start >/dev/null || { cat ../log; exit 1; }
                        psql -h 127.0.0.1 -At -c 'CREATE TABLE t AS SELECT generate_series(1, 6) AS n' -c 'SELECT sum(n * 2) FROM t'
                        pg_ctl -D ../data -m fast -w stop >/dev/null
                        """))
                .isEqualTo("postgres\n/var/lib/postgresql/new\npostgres\nSELECT 6\n42");
    }

    @Test
    void toolsThatChangeUsersAndOwnersWork() throws Exception {
        assertThat(Inside.run(of("nginx"), """
                        useradd --create-home --shell /bin/sh --groups www-data desk
                        su - desk -c 'id -un; id -Gn; echo ~; pwd'
                        echo x >/srv/file && chown desk:www-data /srv/file && stat -c %U:%G /srv/file
                        ping -c 1 127.0.0.1 | grep -o '1 received'
                        """))
                .isEqualTo("desk\ndesk www-data\n/home/desk\n/home/desk\ndesk:www-data\n1 received");
    }

    @Test
    void setUserIdProgramsWorkWhereNewPrivilegesAreAllowed() throws Exception {
        String script = "cp /usr/bin/id /srv/id && chmod 4755 /srv/id && su -s /bin/sh www-data -c '/srv/id -un'";
        assertThat(Inside.run(of("nginx"), script)).isEqualTo("www-data");
        assertThat(Inside.run(of("nginx").noNewPrivileges(false), script)).isEqualTo("root");
    }
}
