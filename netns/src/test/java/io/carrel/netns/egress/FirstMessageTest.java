package io.carrel.netns.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.carrel.netns.relay.Opening;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says first at a port of no certain protocol, in pieces. */
class FirstMessageTest {

    private final List<String> denied = new ArrayList<>();
    private final FirstMessage opening = new FirstMessage(new Inspection("repo.example.org", 8080), denied::add);

    /** What is passed on of all that comes piece by piece; what is held back is not. */
    private String passed(String... pieces) {
        StringBuilder passed = new StringBuilder();
        byte[] held = {};
        boolean finished = false;
        for (String piece : pieces) {
            if (finished) {
                passed.append(piece);
                continue;
            }
            byte[] added = piece.getBytes(ISO_8859_1);
            byte[] all = Arrays.copyOf(held, held.length + added.length);
            System.arraycopy(added, 0, all, held.length, added.length);
            held = all;
            Opening.Step step;
            do {
                step = opening.look(held, false);
                passed.append(new String(step.passed(), ISO_8859_1));
                finished = step.kind() == Opening.Kind.FINISH;
                held = step.kind() == Opening.Kind.PASS ? step.rest() : held;
            } while (step.kind() == Opening.Kind.PASS && held.length > 0);
            if (step.kind() == Opening.Kind.DENY) {
                return passed.toString();
            }
        }
        return passed.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n",
                "\r\n\r\nGET / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n",
                "ODD / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n",
                "GET http://evil.example.org/ HTTP/1.1\r\nHost: repo.example.org\r\n\r\n"
            })
    void anotherNameIsDeniedInHoweverManyPiecesItComes(String request) {
        assertThat(passed(request.split("(?<=.)(?s)", -1)))
                .doesNotContain("evil")
                .doesNotContain("HTTP/1");
        assertThat(denied).hasSize(1);
    }

    @Test
    void theSameNameIsPassedOnWhenItsHeadIsThere() {
        assertThat(passed("\r\n", "GE", "T / HTTP/1.1\r\nHost: repo.exam", "ple.org:8080\r\n\r\n"))
                .startsWith("\r\nGET / HTTP/1.1\r\nHost: repo.example.org:8080\r\n");
        assertThat(denied).isEmpty();
    }

    @Test
    void otherProtocolsAreNotHeldBack() {
        assertThat(passed("\n", "E", "HLO", " me\r\n", "GET / HTTP/1.1\r\n"))
                .isEqualTo("\nEHLO me\r\nGET / HTTP/1.1\r\n");
        assertThat(denied).isEmpty();
    }

    @Test
    void silenceUntilTheEndIsAllowed() {
        assertThat(opening.look(new byte[0], false).kind()).isEqualTo(Opening.Kind.AWAIT);
        assertThat(opening.look(new byte[0], true).kind()).isEqualTo(Opening.Kind.FINISH);
    }
}
