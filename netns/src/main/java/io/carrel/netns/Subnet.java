package io.carrel.netns;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.net.InetAddresses;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of addresses with a common beginning, such as {@code 10.1.2.0/24}. Immutable.
 *
 * @param address its first address
 * @param prefix how many bits all its addresses share, 0 to 32 or 128
 */
public record Subnet(InetAddress address, int prefix) {

    /** All IPv4 addresses: the destination of a default route. */
    public static final Subnet ALL_IPV4 = parse("0.0.0.0/0");

    /** All IPv6 addresses. */
    public static final Subnet ALL_IPV6 = parse("::/0");

    /**
     * Checks that no bit after the prefix is set.
     *
     * @throws IllegalArgumentException if one is, or the prefix does not fit the address
     */
    public Subnet {
        requireNonNull(address, "address");
        int bits = address.getAddress().length * 8;
        checkArgument(prefix >= 0 && prefix <= bits, "a prefix has 0 to %s bits, not %s", bits, prefix);
        checkArgument(
                number(address).equals(masked(address, prefix)),
                "%s has bits behind its prefix of %s: the subnet is %s",
                InetAddresses.toAddrString(address),
                prefix,
                text(address(masked(address, prefix), address.getAddress().length), prefix));
    }

    /**
     * Reads {@code ADDRESS/PREFIX}.
     *
     * @throws IllegalArgumentException if the text is something else, or a bit after the prefix is set
     */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        checkArgument(slash > 0 && text.substring(slash + 1).matches("\\d{1,3}"), "no subnet: %s", text);
        checkArgument(InetAddresses.isInetAddress(text.substring(0, slash)), "no subnet: %s", text);
        return new Subnet(
                InetAddresses.forString(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /**
     * Returns the subnet of this size that the address is in.
     *
     * @throws IllegalArgumentException if the prefix does not fit the address
     */
    public static Subnet of(InetAddress address, int prefix) {
        return new Subnet(address(masked(address, prefix), address.getAddress().length), prefix);
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private static BigInteger masked(InetAddress address, int prefix) {
        int hostBits = address.getAddress().length * 8 - prefix;
        return number(address).shiftRight(hostBits).shiftLeft(hostBits);
    }

    private static InetAddress address(BigInteger number, int size) {
        byte[] bytes = new byte[size];
        byte[] digits = number.toByteArray();
        int count = Math.min(size, digits.length);
        System.arraycopy(digits, digits.length - count, bytes, size - count, count);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns whether the subnet is of IPv6. */
    public boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    /** Returns whether the address is in the subnet. */
    public boolean contains(InetAddress other) {
        return other.getClass() == address.getClass() && masked(other, prefix).equals(number(address));
    }

    /** Returns whether both subnets have an address in common. */
    public boolean overlaps(Subnet other) {
        return contains(other.address) || other.contains(address);
    }

    /** Returns how many addresses the subnet has, the first and the last included. */
    public BigInteger size() {
        return BigInteger.ONE.shiftLeft(address.getAddress().length * 8 - prefix);
    }

    /**
     * Returns the address this far behind the first.
     *
     * @throws IllegalArgumentException if the offset is negative, or the subnet ends before
     */
    public InetAddress address(long offset) {
        BigInteger number = number(address).add(BigInteger.valueOf(offset));
        checkArgument(
                offset >= 0 && BigInteger.valueOf(offset).compareTo(size()) < 0, "%s has no address %s", this, offset);
        return address(number, address.getAddress().length);
    }

    /** Returns the last address, which in IPv4 is the broadcast address. */
    public InetAddress last() {
        return address(number(address).add(size()).subtract(BigInteger.ONE), address.getAddress().length);
    }

    /** Returns the subnet of the same size that follows this one. */
    public Subnet next() {
        return new Subnet(address(number(address).add(size()), address.getAddress().length), prefix);
    }

    /** Returns how many bits an address of this family has: 32 or 128. */
    public static int bits(InetAddress address) {
        return address instanceof Inet4Address ? 32 : 128;
    }

    private static String text(InetAddress first, int prefix) {
        return InetAddresses.toAddrString(first) + "/" + prefix;
    }

    @Override
    public String toString() {
        return InetAddresses.toAddrString(address) + "/" + prefix;
    }
}
