package io.carrel.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a lesson on containers does with a web server: run an image detached, look at its page, change that inside, make
 * an image of the change, remove the container, and run the new image. Each line is a command of its own.
 */
@Tag("root")
@Tag("long")
@Timeout(240)
@EnabledIfSystemProperty(
        named = "carrel.debian.servers",
        matches = "/.+",
        disabledReason = "images made by ci/debian/image --servers are needed")
class NginxScenarioKernelTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path home;

    private String carrel(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Cli.command(arguments));
        builder.environment().put("CARREL_HOME", home.toString());
        Cli end = Cli.end(builder.start());
        assertThat(end.code())
                .as("%s: %s", String.join(" ", arguments), end.err())
                .isZero();
        return end.out();
    }

    private void shows(String port, String page) {
        URI address = URI.create("http://" + port.strip().replaceAll(".*-> ", "") + "/");
        Eventually.holds(address + " shows " + page, SOON, () -> {
            try (InputStream read = address.toURL().openStream()) {
                return new String(read.readAllBytes(), UTF_8).contains(page);
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    @Test
    void aPageIsChangedAndKeptInANewImage() throws Exception {
        carrel("load", "-q", "-i", System.getProperty("carrel.debian.servers", ""));
        String id = carrel("run", "-d", "--name", "web", "-p", "127.0.0.1::80", "servers:nginx");
        assertThat(id).matches("[0-9a-f]{64}\n");
        assertThat(carrel("ps", "--format", "{{.Names}} {{.Image}} {{.State}}"))
                .isEqualTo("web servers:nginx running\n");
        shows(carrel("port", "web"), "a page of the image");

        carrel("exec", "web", "sh", "-c", "echo a changed page > /var/www/html/index.html");
        shows(carrel("port", "web"), "a changed page");
        assertThat(carrel("diff", "web")).contains("C /var/www/html/index.html\n");
        assertThat(carrel("logs", "web")).contains("\"GET / HTTP/1.1\" 200");

        carrel("commit", "-m", "another page", "-a", "somebody", "web", "web:2");
        carrel("stop", "web");
        assertThat(carrel("ps", "-a", "--format", "{{.Status}}")).startsWith("Exited (0)");
        carrel("rm", "web");

        carrel("run", "-d", "--name", "second", "-p", "127.0.0.1::80", "web:2");
        shows(carrel("port", "second"), "a changed page");
        assertThat(carrel("exec", "-u", "www-data", "second", "id", "-un")).isEqualTo("www-data\n");
        carrel("rm", "-f", "second");
        assertThat(carrel("ps", "-aq")).isEmpty();
    }
}
