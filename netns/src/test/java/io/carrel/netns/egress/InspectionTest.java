package io.carrel.netns.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectionTest {

    private static final Inspection WEB = new Inspection("repo.example.org", 80);
    private static final Inspection SECURE = new Inspection("repo.example.org", 443);
    private static final Inspection OTHER = new Inspection("repo.example.org", 8080);

    /** What the JDK's TLS sends first. */
    private static byte[] hello(String... names) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(
                Arrays.stream(names).<SNIServerName>map(SNIHostName::new).toList());
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(1 << 16);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** The same message in records of a few bytes each. */
    private static byte[] inSmallRecords(byte[] hello) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int at = 5; at < hello.length; at += 7) {
            int length = Math.min(7, hello.length - at);
            records.writeBytes(new byte[] {22, 3, 1, 0, (byte) length});
            records.write(hello, at, length);
        }
        return records.toByteArray();
    }

    private static Inspection.Verdict judge(Inspection inspection, String text) {
        return inspection.judge(text.getBytes(ISO_8859_1));
    }

    @Test
    void aGreetingWithTheNameIsAllowedAsItIs() throws Exception {
        for (byte[] hello : List.of(hello("repo.example.org"), inSmallRecords(hello("REPO.example.org")))) {
            assertThat(SECURE.isEnough(hello)).isTrue();
            assertThat(SECURE.judge(hello).reason()).isEmpty();
            assertThat(SECURE.judge(hello).first()).isEqualTo(hello);
        }
    }

    @Test
    void aGreetingWithAnotherNameOrNoneIsDenied() throws Exception {
        assertThat(SECURE.judge(hello("evil.example.org")).reason())
                .isEqualTo("its TLS greeting asks for evil.example.org");
        assertThat(OTHER.judge(hello("evil.example.org")).allowed()).isFalse();
        assertThat(SECURE.judge(hello()).reason()).isEqualTo("its TLS greeting names no server");
    }

    @Test
    void everyBeginningOfAGreetingIsNotEnoughAndDenied() throws Exception {
        byte[] hello = hello("repo.example.org");
        for (int length = 1; length < hello.length; length++) {
            byte[] part = Arrays.copyOf(hello, length);
            assertThat(SECURE.isEnough(part)).isFalse();
            assertThat(OTHER.judge(part).allowed()).isFalse();
        }
    }

    @Test
    void brokenGreetingsNeverPassForAnotherName() throws Exception {
        byte[] evil = hello("evil.example.org");
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = evil.clone();
            for (int changes = random.nextInt(4) + 1; changes > 0; changes--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            assertThat(SECURE.judge(broken).allowed()).isFalse();
        }
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with two characters
    void aRequestWithTheNameIsSentOnForItselfAlone() {
        Inspection.Verdict verdict = judge(
                WEB,
                "POST /a?b HTTP/1.1\r\n"
                        + "Host: Repo.Example.Org:80\r\n"
                        + "Connection: keep-alive, Upgrade\r\n"
                        + "Upgrade: h2c\r\n"
                        + "X: y\r\n"
                        + "Content-Length: 4\r\n\r\n"
                        + "body");
        assertThat(verdict.reason()).isEmpty();
        assertThat(new String(verdict.first(), ISO_8859_1))
                .isEqualTo("POST /a?b HTTP/1.1\r\nHost: repo.example.org\r\nX: y\r\nContent-Length: 4\r\n"
                        + "Connection: close\r\n\r\nbody");
    }

    @Test
    void aWholeUrlOfTheSameNameBecomesAPath() {
        Inspection.Verdict verdict =
                judge(WEB, "GET http://repo.example.org?x HTTP/1.1\r\nHost: repo.example.org\r\n\r\n");
        assertThat(new String(verdict.first(), ISO_8859_1))
                .startsWith("GET /?x HTTP/1.1\r\nHost: repo.example.org\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: repo.example.org\r\nHost: evil.example.org\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: repo.example.org, evil.example.org\r\n\r\n",
                "GET http://evil.example.org/ HTTP/1.1\r\nHost: repo.example.org\r\n\r\n",
                "GET http://repo.example.org@evil.example.org/ HTTP/1.1\r\nHost: repo.example.org\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: repo.example.org\r\n folded: evil\r\n\r\n",
                "GET / HTTP/1.1\r\nHost : repo.example.org\r\n\r\n",
                "GET / HTTP/1.1\nHost: evil\r\nHost: repo.example.org\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: repo.example.org\r\nX: a\nHost: evil\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: repo.example.org\r\nX: a\rHost: evil\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: repo.example.org\r\n\r\n",
                "GET / HTTP/2.0\r\nHost: repo.example.org\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "CONNECT repo.example.org:80 HTTP/1.1\r\nHost: repo.example.org\r\n\r\n",
                "GET /\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: repo.exa",
                "SSH-2.0-x\r\n",
                ""
            })
    void whatDoesNotAskForTheNameAloneIsDeniedAtPort80(String request) {
        assertThat(judge(WEB, request).allowed()).isFalse();
    }

    @Test
    void otherPortsLetOtherProtocolsThroughButNoOtherNames() {
        assertThat(judge(OTHER, "SSH-2.0-x\r\n").allowed()).isTrue();
        assertThat(judge(OTHER, "EHLO me\r\n").allowed()).isTrue();
        assertThat(judge(OTHER, "").allowed()).isTrue();
        assertThat(judge(OTHER, "GET / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n")
                        .allowed())
                .isFalse();
        assertThat(judge(OTHER, "ODD / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n")
                        .allowed())
                .isFalse();
        assertThat(judge(OTHER, "GET / HTTP/1.1\r\nHost: repo.example.org:8080\r\n\r\n")
                        .allowed())
                .isTrue();
    }

    @Test
    void asksForMoreUntilItCanTell() {
        assertThat(WEB.isEnough("GE".getBytes(ISO_8859_1))).isFalse();
        assertThat(WEB.isEnough("GET / HTTP/1.1\r\n".getBytes(ISO_8859_1))).isFalse();
        assertThat(WEB.isEnough("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1))).isTrue();
        assertThat(WEB.isEnough("SSH-2.0".getBytes(ISO_8859_1))).isTrue();
    }
}
