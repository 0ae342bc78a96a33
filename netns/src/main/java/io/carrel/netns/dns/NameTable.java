package io.carrel.netns.dns;

import com.google.common.collect.ImmutableSet;
import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Names and aliases with their addresses, which can change while they are asked for. Thread-safe. */
public final class NameTable implements NameSource {

    private final Map<String, Set<InetAddress>> addresses = new ConcurrentHashMap<>();
    private final Map<String, String> names = new ConcurrentHashMap<>();

    /** Adds an address to a name. The first name of an address is what it is called. */
    public void add(String name, InetAddress address) {
        String key = name.toLowerCase(Locale.ROOT);
        addresses.merge(key, ImmutableSet.of(address), (known, added) -> {
            Set<InetAddress> all = new LinkedHashSet<>(known);
            all.addAll(added);
            return ImmutableSet.copyOf(all);
        });
        names.putIfAbsent(reverse(address), key);
    }

    /** Takes an address from every name that has it. */
    public void remove(InetAddress address) {
        addresses.replaceAll((name, all) ->
                all.stream().filter(known -> !known.equals(address)).collect(Collectors.toUnmodifiableSet()));
        addresses.values().removeIf(Set::isEmpty);
        names.remove(reverse(address));
    }

    @Override
    public CompletionStage<Answer> find(String name, InetSocketAddress asker) {
        return CompletableFuture.completedFuture(find(name));
    }

    /** Returns what is known of a name. */
    public Answer find(String name) {
        Set<InetAddress> found = addresses.get(name);
        String called = names.get(name);
        Answer answer = new Answer.AskOthers();
        if (found != null) {
            answer = new Answer.Addresses(found.stream().toList());
        } else if (called != null) {
            answer = new Answer.Name(called);
        }
        return answer;
    }

    /** Returns the name under which DNS keeps what an address is called. */
    static String reverse(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address) {
            return IntStream.range(0, 32)
                            .map(index -> 31 - index)
                            .mapToObj(digit -> Integer.toHexString(bytes[digit / 2] >> (digit % 2 == 0 ? 4 : 0) & 15))
                            .collect(Collectors.joining("."))
                    + ".ip6.arpa";
        }
        byte[] backwards = {bytes[3], bytes[2], bytes[1], bytes[0]};
        try {
            return InetAddresses.toAddrString(InetAddress.getByAddress(backwards)) + ".in-addr.arpa";
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
