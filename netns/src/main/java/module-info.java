/** Container networks: links, addresses, routes, bridges, NAT, ports, names, egress. */
@org.jspecify.annotations.NullMarked
module io.carrel.netns {
    requires com.google.common;
    requires transitive io.carrel.linux;
    requires transitive io.carrel.namespaces;
    requires org.slf4j;
    requires org.dnsjava;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.carrel.netns;
    exports io.carrel.netns.bridge;
    exports io.carrel.netns.dns to
            io.carrel;
    exports io.carrel.netns.egress to
            io.carrel;
    exports io.carrel.netns.relay to
            io.carrel;
    exports io.carrel.netns.usermode to
            io.carrel;
}
