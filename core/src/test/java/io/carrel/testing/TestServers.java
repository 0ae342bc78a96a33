package io.carrel.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Servers of a world outside, which note for whom they were asked. */
public final class TestServers {

    private static final char[] PASSWORD = "secret".toCharArray();

    private final Set<String> asked = new ConcurrentSkipListSet<>();

    /** For whom anybody was asked. */
    public Set<String> asked() {
        return asked;
    }

    /**
     * Tells at port 80, and by TLS at port 443, for whom it was asked; greets whoever connects to port 8080, and before
     * it answers at 8082.
     */
    public static TestServers start(InetAddress address) throws Exception {
        TestServers servers = new TestServers();
        HttpServer plain = HttpServer.create(new InetSocketAddress(address, 80), 50);
        plain.createContext("/", exchange -> servers.answer("plain", exchange));
        plain.start();
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(address, 443), 50);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls()));
        secure.createContext("/", exchange -> servers.answer("secure", exchange));
        secure.start();
        ServerSocket greeter = new ServerSocket(8080, 50, address);
        Thread thread = new Thread(() -> greet(greeter));
        thread.setDaemon(true);
        thread.start();
        ServerSocket polite = new ServerSocket(8082, 50, address);
        Thread waiter = new Thread(() -> greetAndAnswer(polite, servers));
        waiter.setDaemon(true);
        waiter.start();
        return servers;
    }

    /** Speaks first, and understands HTTP then. */
    private static void greetAndAnswer(ServerSocket polite, TestServers servers) {
        while (true) {
            try (Socket socket = polite.accept()) {
                socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                String host = "";
                for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                    host = line.startsWith("Host: ") ? line.substring("Host: ".length()) : host;
                }
                if (!host.isEmpty()) {
                    servers.asked.add(host.replaceAll(":.*", "") + "/late");
                    socket.getOutputStream().write(("late " + host + "\n").getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException gone) {
                // The next one may stay.
            }
        }
    }

    private void answer(String how, HttpExchange exchange) throws IOException {
        String host = exchange.getRequestHeaders().getFirst("Host");
        asked.add(host + exchange.getRequestURI());
        byte[] body = (how + " " + host + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void greet(ServerSocket greeter) {
        while (true) {
            try (Socket socket = greeter.accept()) {
                socket.getOutputStream().write("greetings\n".getBytes(StandardCharsets.UTF_8));
            } catch (IOException gone) {
                // The next one may stay.
            }
        }
    }

    private static SSLContext tls() throws Exception {
        Path keys = Files.createTempDirectory("carrel-keys").resolve("keys");
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-J-XX:TieredStopAtLevel=1", // It is short.
                        "-J-XX:+UseSerialGC",
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        "secret")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD);
        }
        Files.delete(keys);
        Files.delete(keys.getParent());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
