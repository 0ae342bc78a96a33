package io.carrel.containers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.carrel.Lifetime;
import io.carrel.cgroups.limits.Bytes;
import io.carrel.internal.json.JsonReader;
import io.carrel.linux.ProcessIdentity;
import io.carrel.linux.RefusedContentException;
import io.carrel.linux.ResourceUsage;
import io.carrel.outcome.ExitStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is written of a container, byte for byte, is what is read. */
class RecordDocumentTest {

    private static final Path FILE = Path.of("/records/record.json");
    private static final ContainerRecord CREATED = new ContainerRecord(
            new ContainerId("0123456789abcdef".repeat(4)),
            new ContainerDescription("desk", "web:1", List.of("echo", "\"\\\n\u0001\uD83D\uDE00ü"), Map.of("k", "")),
            Instant.parse("2026-01-02T03:04:05.000000006Z"),
            new ProcessIdentity(1, 2, 4026531836L),
            new ContainerSettings(Lifetime.DETACHED, false, Optional.of(Path.of("/layer")), List.of("run", "web:1")),
            Optional.empty());
    private static final ContainerRecord STARTED = CREATED.withRun(Optional.of(new ContainerRun(
            Instant.parse("2026-01-02T03:04:06Z"),
            new ProcessIdentity(3, 4, 4026531836L),
            "boot",
            15,
            List.of("80/tcp -> 127.0.0.1:8080"),
            List.of("10.0.0.2"),
            new ContainerInside(List.of(Path.of("/sys/fs/cgroup/carrel/container-1")), Map.of("A", "ü=\n"), "/srv"))));

    @Test
    void whatIsWrittenIsRead() {
        for (ContainerRecord record : List.of(CREATED, STARTED)) {
            assertThat(RecordDocument.parse(RecordDocument.format(record), FILE))
                    .isEqualTo(record);
        }
    }

    @Test
    void theFormatIsThatOfTheDocumentation() {
        assertThat(new String(RecordDocument.format(STARTED), UTF_8)).isEqualTo("""
                        {
                          "version": 1,
                          "id": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                          "name": "desk",
                          "image": "web:1",
                          "command": ["echo", "\\"\\\\\\u000a\\u0001\\ud83d\\ude00ü"],
                          "labels": {
                            "k": ""
                          },
                          "created": "2026-01-02T03:04:05.000000006Z",
                          "holder": {
                            "pid": 1,
                            "startTime": 2,
                            "pidNamespace": 4026531836
                          },
                          "lifetime": "detached",
                          "removed": false,
                          "layer": "/layer",
                          "arguments": ["run", "web:1"],
                          "run": {
                            "started": "2026-01-02T03:04:06Z",
                            "process": {
                              "pid": 3,
                              "startTime": 4,
                              "pidNamespace": 4026531836
                            },
                            "boot": "boot",
                            "stopSignal": 15,
                            "ports": ["80/tcp -> 127.0.0.1:8080"],
                            "addresses": ["10.0.0.2"],
                            "inside": {
                              "cgroups": ["/sys/fs/cgroup/carrel/container-1"],
                              "environment": {
                                "A": "ü=\\u000a"
                              },
                              "workingDirectory": "/srv"
                            }
                          }
                        }
                        """);
    }

    @Test
    void whatIsNotARecordIsRefusedWithTheReason() {
        String good = new String(RecordDocument.format(STARTED), UTF_8);
        Map.of(
                        good.replace("\"version\": 1", "\"version\": 2"),
                        "it is of version 2, and only version 1 is known here",
                        good.replace("\"pid\": 3", "\"pid\": \"3\""),
                        "\"pid\" should be there, as a whole number",
                        good.replace("\"stopSignal\": 15", "\"stopSignal\": 99999999999"),
                        "integer overflow",
                        good.replace("detached", "forever"),
                        "No enum constant io.carrel.Lifetime.FOREVER")
                .forEach((text, reason) -> assertThatExceptionOfType(RefusedContentException.class)
                        .isThrownBy(() -> RecordDocument.parse(text.getBytes(UTF_8), FILE))
                        .withMessage("The record /records/record.json: " + reason));
        assertThatExceptionOfType(RefusedContentException.class)
                .isThrownBy(() -> RecordDocument.parse(new byte[] {'{', (byte) 0xff}, FILE))
                .withMessage("The record /records/record.json: it is no text in UTF-8");
    }

    @Test
    void whatIsNoJsonIsRefusedWithThePlace() {
        Map.of(
                        "",
                        "at character 1 there should be a {",
                        "{} x",
                        "at character 4 there should be nothing",
                        "{\"a\": 1, \"a\": 1}",
                        "at character 16 there should be another name than \"a\"",
                        "{\"a\": null}",
                        "at character 7 there should be a value",
                        "{\"a\": [1, ]}",
                        "at character 11 there should be a value",
                        "{\"a\": \"\\x\"}",
                        "at character 10 there should be an escape",
                        "{\"a\": \"",
                        "at character 8 there should be more",
                        "{\"a\": " + "[".repeat(20),
                        "at character 23 there should be no deeper value")
                .forEach((text, message) -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> JsonReader.read(text))
                        .withMessage(message));
        assertThat(JsonReader.read(" {\"a\" : [ -5 , true, false,\"\\u00fC\\/\"] , \"b\":{}}"))
                .isEqualTo(Map.of("a", List.of(-5L, true, false, "ü/"), "b", Map.of()));
    }

    @Test
    void eachEndIsReadAsItWasWritten() {
        Instant now = Instant.parse("2026-01-02T03:04:05.000000006Z");
        ResourceUsage usage = new ResourceUsage(Duration.ofNanos(1_234_567_000), Duration.ofMillis(2), 4096);
        for (ExitStatus status : List.of(
                new ExitStatus.Exited(7),
                new ExitStatus.Signaled(11),
                new ExitStatus.TimedOut(Duration.ofMillis(1500)),
                new ExitStatus.CpuTimeExceeded(Duration.ofMillis(300)),
                new ExitStatus.OutputLimit(5),
                new ExitStatus.OutOfMemory(Bytes.MAX, OptionalLong.empty()),
                new ExitStatus.OutOfMemory(Bytes.of(8), OptionalLong.of(7)))) {
            for (Optional<ResourceUsage> used : List.of(Optional.of(usage), Optional.<ResourceUsage>empty())) {
                ContainerExit exit = new ContainerExit(status, now, used);
                assertThat(ExitFile.parse(ExitFile.format(exit))).contains(exit);
            }
        }
        assertThat(ExitFile.parse(new byte[0])).isEmpty();
        assertThat(ExitFile.parse(new byte[1024])).isEmpty();
    }
}
