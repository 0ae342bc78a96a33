package io.carrel.netns.egress;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.linux.binding.SocketCalls;
import io.carrel.netns.EgressEvent;
import io.carrel.netns.EgressProcess;
import io.carrel.netns.relay.Acceptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from inside, from its first byte until it is joined with one to a server, or closed. Only for the
 * relay's thread.
 */
final class Session {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** After so long a client that says nothing is joined with its server, which may have to speak first. */
    private static final Duration SILENCE = Duration.ofMillis(300);

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final EgressProxy proxy;
    private final Descriptor client;
    private final Acceptor.Visit visit;
    private Optional<EgressProcess> caller = Optional.empty();
    private Runnable giveUp = () -> {};

    Session(EgressProxy proxy, Descriptor client, Acceptor.Visit visit) {
        this.proxy = proxy;
        this.client = client;
        this.visit = visit;
        visit.endBy(this::close);
    }

    /** It is known whose connection it is, or that this cannot be found out. */
    void begin(Optional<EgressProcess> found, Consumer<Session> service) {
        caller = found;
        if (client.isOpen()) {
            try {
                service.accept(this);
            } catch (RuntimeException | Error e) {
                LOG.debug("A connection could not be served", e);
                close();
            }
        }
    }

    /** Somebody connected to the address of a name. */
    void serveName(String name, int port) {
        inspect(EgressEvent.Kind.CONNECTION, name, port, new byte[0], null);
    }

    /** Somebody connected to the proxy. */
    void serveProxy() {
        read(
                new byte[0],
                PATIENCE,
                bytes -> SocksRequest.isSocks(bytes)
                        ? SocksRequest.isGreetingWhole(bytes)
                        : !HttpHead.mayBegin(bytes) || HttpHead.isWhole(bytes),
                bytes -> {
                    if (SocksRequest.isSocks(bytes)) {
                        greet(bytes);
                    } else {
                        HttpHead.read(bytes).ifPresentOrElse(head -> serve(head, bytes), this::close);
                    }
                });
    }

    private void read(byte[] already, Duration patience, Predicate<byte[]> enough, Consumer<byte[]> next) {
        FirstBytes reader = FirstBytes.read(proxy.relay().loop(), client, already, patience, enough, (bytes, end) -> {
            giveUp = () -> {};
            if (end == FirstBytes.End.ENOUGH) {
                next.accept(bytes);
            } else {
                close();
            }
        });
        giveUp = reader::cancel;
    }

    // HTTP

    private void serve(HttpHead head, byte[] bytes) {
        Optional<HostAndPort> asked = head.proxied();
        if (asked.isEmpty()) {
            answer("400 Bad Request", "The proxy takes CONNECT NAME:PORT, and requests for http:// URLs.");
            return;
        }
        String name = named(asked.get().host());
        int port = asked.get().port();
        Consumer<String> refused = reason -> answer("403 Forbidden", name + ":" + port + ": " + reason);
        if (head.method().equals("CONNECT")) {
            byte[] rest = Arrays.copyOfRange(bytes, head.length(), bytes.length);
            open(name, port, refused, server -> {
                send("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                inspect(EgressEvent.Kind.PROXY, name, port, rest, server);
            });
        } else {
            byte[] own = head.forOneRequest(new HostAndPort(name, port));
            byte[] first = Arrays.copyOf(own, own.length + bytes.length - head.length());
            System.arraycopy(bytes, head.length(), first, own.length, bytes.length - head.length());
            open(name, port, refused, server -> join(EgressEvent.Kind.PROXY, name, port, server, first));
        }
    }

    private void answer(String status, String text) {
        send("HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\ncarrel: %s\n"
                .formatted(status, text.length() + 9, text)
                .getBytes(StandardCharsets.ISO_8859_1));
        close();
    }

    // SOCKS 5

    private void greet(byte[] greeting) {
        if (!SocksRequest.offersNoPassword(greeting)) {
            send(SocksRequest.NO_METHOD);
            close();
            return;
        }
        send(SocksRequest.NO_PASSWORD);
        read(SocksRequest.afterGreeting(greeting), PATIENCE, SocksRequest::isWhole, bytes -> {
            SocksRequest request = SocksRequest.read(bytes);
            if (!request.isConnect()) {
                send(SocksRequest.reply(SocksRequest.NOT_SUPPORTED));
                close();
                return;
            }
            byte[] rest = Arrays.copyOfRange(bytes, request.length(), bytes.length);
            String name = named(request.host());
            Consumer<String> refused = reason -> {
                send(SocksRequest.reply(SocksRequest.NOT_ALLOWED));
                close();
            };
            open(name, request.port(), refused, server -> {
                send(SocksRequest.reply(SocksRequest.SUCCEEDED));
                inspect(EgressEvent.Kind.PROXY, name, request.port(), rest, server);
            });
        });
    }

    // Both, and neither

    /** Who has resolved a name before asks for its address. */
    private String named(String host) {
        return InetAddresses.isInetAddress(host)
                ? proxy.nameOf(InetAddresses.forString(host)).orElse(host)
                : host;
    }

    /** Connects to a server, if it is allowed. */
    private void open(String name, int port, Consumer<String> refused, Consumer<Server> opened) {
        if (!proxy.egress().allows(name, port)) {
            proxy.tell(EgressEvent.Kind.PROXY, caller, name, null, port, "it is not allowed");
            refused.accept("it is not allowed");
            return;
        }
        Attempt attempt = proxy.upstream().connect(name, port, outcome -> {
            giveUp = () -> {};
            if (outcome.socket() == null) {
                proxy.tell(EgressEvent.Kind.PROXY, caller, name, null, port, outcome.reason());
                refused.accept(outcome.reason());
            } else {
                giveUp = outcome.socket()::close;
                opened.accept(new Server(outcome.socket(), outcome));
            }
        });
        giveUp = attempt::cancel;
    }

    private record Server(Descriptor socket, Upstream.Outcome outcome) {}

    /**
     * Looks at what the client sends, and joins it with a server that is connected already, or connected then.
     *
     * @param server null if there is none yet
     */
    private void inspect(EgressEvent.Kind kind, String name, int port, byte[] already, @Nullable Server server) {
        Inspection inspection = new Inspection(name, port);
        Duration patience = inspection.isWeb() ? PATIENCE : SILENCE;
        FirstBytes reader =
                FirstBytes.read(proxy.relay().loop(), client, already, patience, inspection::isEnough, (bytes, end) -> {
                    giveUp = server == null ? () -> {} : server.socket()::close;
                    if (end == FirstBytes.End.BROKEN) {
                        close();
                    } else if (inspection.isWeb() || end == FirstBytes.End.ENOUGH && inspection.namesServer(bytes)) {
                        decide(kind, name, port, inspection.judge(bytes), server);
                    } else {
                        connect(kind, name, port, server, joined -> joinLooking(kind, inspection, joined, bytes));
                    }
                });
        giveUp = () -> {
            reader.cancel();
            if (server != null) {
                server.socket().close();
            }
        };
    }

    private void decide(
            EgressEvent.Kind kind, String name, int port, Inspection.Verdict verdict, @Nullable Server server) {
        if (!verdict.allowed()) {
            proxy.tell(kind, caller, name, null, port, verdict.reason());
            close();
        } else {
            connect(kind, name, port, server, joined -> join(kind, name, port, joined, verdict.first()));
        }
    }

    /** Connects to the server, unless it is connected already. */
    private void connect(
            EgressEvent.Kind kind, String name, int port, @Nullable Server server, Consumer<Server> connected) {
        if (server != null) {
            connected.accept(server);
            return;
        }
        Attempt attempt = proxy.upstream().connect(name, port, outcome -> {
            giveUp = () -> {};
            if (outcome.socket() == null) {
                proxy.tell(kind, caller, name, null, port, outcome.reason());
                close();
            } else {
                connected.accept(new Server(outcome.socket(), outcome));
            }
        });
        giveUp = attempt::cancel;
    }

    /** What the client says is looked at whenever it comes; what the server says is not waited for. */
    private void joinLooking(EgressEvent.Kind kind, Inspection inspection, Server server, byte[] already) {
        giveUp = () -> {};
        String name = inspection.name();
        int port = inspection.port();
        proxy.tell(kind, caller, name, server.outcome().address(), port, "");
        FirstMessage opening =
                new FirstMessage(inspection, reason -> proxy.tell(kind, caller, name, null, port, reason));
        proxy.relay().join(client, server.socket(), opening, already, visit);
    }

    private void join(EgressEvent.Kind kind, String name, int port, Server server, byte[] first) {
        giveUp = () -> {};
        proxy.tell(kind, caller, name, server.outcome().address(), port, "");
        proxy.relay().join(client, server.socket(), first, visit);
    }

    /** What is this short always fits. */
    private void send(byte[] bytes) {
        try {
            SocketCalls.send("Cannot answer", client, bytes, 0, bytes.length);
        } catch (SyscallException gone) {
            // Whoever reads from it next notices.
        }
    }

    private void close() {
        if (client.isOpen()) {
            giveUp.run();
            client.close();
            visit.ended();
        }
    }
}
