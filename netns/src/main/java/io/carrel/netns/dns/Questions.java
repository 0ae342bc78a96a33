package io.carrel.netns.dns;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Messages of DNS, from question to answer. Thread-safe as far as the source is.
 *
 * @param others who is asked for the rest; null for nobody, as there is no way out
 */
record Questions(NameSource source, @Nullable Forwarders others) {

    private static final Logger LOG = LoggerFactory.getLogger(Questions.class);
    /** What changes while a container runs must not be remembered for long. */
    private static final long TTL_SECONDS = 5;

    private static final int USUAL_SIZE = 512;
    private static final int LARGEST_DATAGRAM = 1232;
    private static final int LARGEST = 65535;

    /**
     * Returns the answer to a message; nothing for what is no question.
     *
     * @param asker who wants to know
     * @param datagram whether the answer must fit in a datagram
     */
    CompletionStage<byte[]> answer(byte[] message, InetSocketAddress asker, boolean datagram) {
        Message question;
        try {
            question = new Message(message);
        } catch (IOException | RuntimeException noMessage) {
            LOG.trace("Not a message of DNS", noMessage);
            return CompletableFuture.completedFuture(new byte[0]);
        }
        if (question.getHeader().getFlag(Flags.QR)) {
            return CompletableFuture.completedFuture(new byte[0]);
        }
        int most = datagram ? largestFor(question) : LARGEST;
        return answer(question, asker).thenApply(answer -> answer.toWire(most));
    }

    private static int largestFor(Message question) {
        OPTRecord options = question.getOPT();
        int wanted = options == null ? USUAL_SIZE : options.getPayloadSize();
        return Math.max(USUAL_SIZE, Math.min(LARGEST_DATAGRAM, wanted));
    }

    private CompletionStage<Message> answer(Message question, InetSocketAddress asker) {
        Record asked = question.getQuestion();
        if (question.getHeader().getOpcode() != Opcode.QUERY || asked == null || asked.getDClass() != DClass.IN) {
            return CompletableFuture.completedFuture(reply(question, Rcode.NOTIMP));
        }
        String name = asked.getName().toString(true).toLowerCase(Locale.ROOT);
        return source.find(name, asker).thenCompose(answer -> {
            if (answer instanceof Answer.AskOthers) {
                return others == null
                        ? CompletableFuture.completedFuture(reply(question, Rcode.NXDOMAIN))
                        : others.ask(question).exceptionally(failure -> reply(question, Rcode.SERVFAIL));
            }
            return CompletableFuture.completedFuture(reply(question, asked, answer));
        });
    }

    private static Message reply(Message question, Record asked, Answer answer) {
        if (answer instanceof Answer.Addresses addresses) {
            Message reply = reply(question, Rcode.NOERROR);
            for (InetAddress address : addresses.all()) {
                boolean four = address instanceof Inet4Address;
                if (asked.getType() == (four ? Type.A : Type.AAAA)) {
                    Name name = asked.getName();
                    reply.addRecord(
                            four
                                    ? new ARecord(name, DClass.IN, TTL_SECONDS, address)
                                    : new AAAARecord(name, DClass.IN, TTL_SECONDS, address),
                            Section.ANSWER);
                }
            }
            return reply;
        }
        if (answer instanceof Answer.Name called) {
            Message reply = reply(question, Rcode.NOERROR);
            if (asked.getType() == Type.PTR) {
                reply.addRecord(
                        new PTRRecord(asked.getName(), DClass.IN, TTL_SECONDS, absolute(called.name())),
                        Section.ANSWER);
            }
            return reply;
        }
        return reply(question, answer instanceof Answer.Failed ? Rcode.SERVFAIL : Rcode.NXDOMAIN);
    }

    private static Name absolute(String name) {
        try {
            return Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("not a name: " + name, e);
        }
    }

    private static Message reply(Message question, int code) {
        Message reply = new Message(question.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RA);
        if (question.getHeader().getFlag(Flags.RD)) {
            reply.getHeader().setFlag(Flags.RD);
        }
        reply.getHeader().setRcode(code);
        Record asked = question.getQuestion();
        if (asked != null) {
            reply.addRecord(asked, Section.QUESTION);
        }
        if (question.getOPT() != null) {
            reply.addRecord(new OPTRecord(LARGEST_DATAGRAM, 0, 0), Section.ADDITIONAL);
        }
        return reply;
    }
}
