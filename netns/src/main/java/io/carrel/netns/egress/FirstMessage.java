package io.carrel.netns.egress;

import io.carrel.netns.relay.Opening;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Looks at what comes first through a connection to a port where any protocol may be spoken, also if it comes late or
 * in pieces. What may become a TLS greeting or an HTTP request waits until it can be judged; all else is passed on at
 * once, and looked at until its first line has come to an end. Not thread-safe.
 */
final class FirstMessage implements Opening {

    private static final int LONGEST_LINE = 8192;

    private final Inspection inspection;
    private final Consumer<String> denied;
    /** What was passed on of the first line. */
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** Tells why it is denied, once at most. */
    FirstMessage(Inspection inspection, Consumer<String> denied) {
        this.inspection = inspection;
        this.denied = denied;
    }

    @Override
    public Step look(byte[] bytes, boolean atEnd) {
        if (line.size() > 0) {
            return goOn(bytes, atEnd);
        }
        int empty = emptyLines(bytes);
        if (empty > 0) {
            // Servers skip them in front of a request.
            return Step.pass(Arrays.copyOf(bytes, empty), Arrays.copyOfRange(bytes, empty, bytes.length));
        }
        if (bytes.length == 0) {
            return atEnd ? Step.finish(bytes) : Step.await();
        }
        if (!inspection.isEnough(bytes) && !(atEnd && !hasLineEnd(bytes))) {
            return atEnd ? deny("what it sends first does not come to an end") : Step.await();
        }
        if (inspection.namesServer(bytes)) {
            Inspection.Verdict verdict = inspection.judge(bytes);
            return verdict.allowed() ? Step.finish(verdict.first()) : deny(verdict.reason());
        }
        return goOn(bytes, atEnd);
    }

    private Step goOn(byte[] bytes, boolean atEnd) {
        line.writeBytes(bytes);
        byte[] all = line.toByteArray();
        if (line.size() > bytes.length && Inspection.isRequestLine(all)) {
            return deny("its HTTP request comes in pieces");
        }
        return atEnd || hasLineEnd(all) || all.length > LONGEST_LINE
                ? Step.finish(bytes)
                : Step.pass(bytes, new byte[0]);
    }

    private Step deny(String reason) {
        denied.accept(reason);
        return Step.deny();
    }

    private static int emptyLines(byte[] bytes) {
        int count = 0;
        while (count < bytes.length && (bytes[count] == '\r' || bytes[count] == '\n')) {
            count++;
        }
        return count;
    }

    private static boolean hasLineEnd(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }
}
