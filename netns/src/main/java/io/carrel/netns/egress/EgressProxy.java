package io.carrel.netns.egress;

import com.google.common.net.InetAddresses;
import io.carrel.linux.Descriptor;
import io.carrel.linux.SyscallException;
import io.carrel.netns.Egress;
import io.carrel.netns.EgressEvent;
import io.carrel.netns.EgressProcess;
import io.carrel.netns.Protocol;
import io.carrel.netns.dns.Answer;
import io.carrel.netns.dns.DnsServer;
import io.carrel.netns.relay.Acceptor;
import io.carrel.netns.relay.InsideSockets;
import io.carrel.netns.relay.Relay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one container reach allowed names, and nothing else outside. On the container's {@code lo} it serves names, HTTP
 * and SOCKS clients, and for each name that was asked for an address with the allowed ports of it. Thread-safe.
 */
public final class EgressProxy implements AutoCloseable {

    /** Where the proxy is, for HTTP, CONNECT and SOCKS 5 alike. */
    public static final int PROXY_PORT = 3128;

    private static final Logger LOG = LoggerFactory.getLogger(EgressProxy.class);
    private static final InetAddress HERE = InetAddresses.forString("127.0.0.1");
    private static final int DNS_PORT = 53;
    private static final int MOST_CONNECTIONS = 512;

    private final Egress egress;
    private final Relay relay;
    private final InsideSockets inside;
    private final HostAddresses host;
    private final Upstream upstream;
    private final Callers callers;
    private final KnownNames names = new KnownNames();
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final DnsServer dns;

    /** On the loop's thread, which makes the connections to the outside: that is where the host is. */
    private EgressProxy(Egress egress, Relay relay, InsideSockets inside, HostAddresses host) {
        this.egress = egress;
        this.relay = relay;
        this.inside = inside;
        this.host = host;
        upstream = Upstream.of(relay.loop(), egress, host);
        callers = new Callers(inside.network(), inside.member());
        Descriptor udp = bind(Protocol.UDP, HERE, DNS_PORT);
        Descriptor tcp = bind(Protocol.TCP, HERE, DNS_PORT);
        dns = DnsServer.start(udp, tcp, this::find, List.of());
        Descriptor proxy = bind(Protocol.TCP, HERE, PROXY_PORT);
        acceptors.add(new Acceptor(
                relay.loop(), proxy, MOST_CONNECTIONS, (client, visit) -> begin(client, visit, Session::serveProxy)));
    }

    /** A connection is served when it is known whose it is, as long as it is there to be found. */
    private void begin(Descriptor client, Acceptor.Visit visit, Consumer<Session> service) {
        Session session = new Session(this, client, visit);
        CompletableFuture<Void> unused = callers.connectedBy(client)
                .thenAcceptAsync(caller -> session.begin(caller, service), relay.loop()::execute);
    }

    /** Opens a proxy in the network in which these sockets are made; they stay the caller's to close, after this. */
    public static EgressProxy open(Egress egress, InsideSockets inside) {
        Relay relay = Relay.shared();
        return relay.loop().call(() -> {
            HostAddresses host = HostAddresses.open();
            try {
                return new EgressProxy(egress, relay, inside, host);
            } catch (RuntimeException | Error e) {
                host.close();
                throw e;
            }
        });
    }

    private Descriptor bind(Protocol protocol, InetAddress address, int port) {
        return inside.bound(protocol, new InetSocketAddress(address, port));
    }

    Relay relay() {
        return relay;
    }

    Upstream upstream() {
        return upstream;
    }

    Egress egress() {
        return egress;
    }

    /** Returns the name for which the container knows an address. */
    Optional<String> nameOf(InetAddress address) {
        return names.name(address);
    }

    /** A question is answered when it is known whose it is. */
    private CompletionStage<Answer> find(String name, InetSocketAddress asker) {
        return callers.asking(asker, new InetSocketAddress(HERE, DNS_PORT))
                .thenComposeAsync(caller -> find(name, caller), relay.loop()::execute);
    }

    private CompletionStage<Answer> find(String name, Optional<EgressProcess> caller) {
        if (!egress.allows(name)) {
            if (!name.endsWith(".arpa")) {
                tell(EgressEvent.Kind.NAME, caller, name, null, 0, "it is not allowed");
            }
            return CompletableFuture.completedFuture(new Answer.Unknown());
        }
        return upstream.resolve(name).thenCompose(resolved -> {
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            relay.loop().execute(() -> answer.complete(answer(name, caller, resolved)));
            return answer;
        });
    }

    private Answer answer(String name, Optional<EgressProcess> caller, Upstream.Resolved resolved) {
        if (resolved.addresses().isEmpty()) {
            tell(EgressEvent.Kind.NAME, caller, name, null, 0, resolved.reason());
            return new Answer.Unknown();
        }
        Optional<InetAddress> address = names.address(name).or(() -> serve(name));
        String reason = address.isEmpty() ? "too many names" : "";
        tell(EgressEvent.Kind.NAME, caller, name, resolved.addresses().get(0), 0, reason);
        return address.<Answer>map(known -> new Answer.Addresses(List.of(known)))
                .orElseGet(Answer.Failed::new);
    }

    /** Gives a name an address, and listens there. */
    private Optional<InetAddress> serve(String name) {
        Optional<InetAddress> address = names.add(name);
        address.ifPresent(known -> egress.ports(name).forEach(port -> listen(name, known, port)));
        return address;
    }

    private void listen(String name, InetAddress address, int port) {
        try {
            acceptors.add(new Acceptor(
                    relay.loop(),
                    bind(Protocol.TCP, address, port),
                    MOST_CONNECTIONS,
                    (client, visit) -> begin(client, visit, session -> session.serveName(name, port))));
        } catch (SyscallException e) {
            // A server inside that listens on all addresses has the port; by the proxy the name can still be reached.
            LOG.debug("Port {} of {} cannot be served", port, name, e);
        }
    }

    /** Tells the listener of an attempt, which was denied if there is a reason. */
    void tell(
            EgressEvent.Kind kind,
            Optional<EgressProcess> caller,
            String name,
            @Nullable InetAddress address,
            int port,
            String reason) {
        EgressEvent event = new EgressEvent(Instant.now(), kind, caller.orElse(null), name, address, port, reason);
        LOG.debug("{}", event);
        egress.listener().accept(event);
    }

    /** Closes the proxy, and ends all of its connections; later calls do nothing. */
    @Override
    public void close() {
        dns.close();
        relay.loop().call(() -> {
            acceptors.forEach(Acceptor::close);
            host.close();
            return acceptors;
        });
    }
}
