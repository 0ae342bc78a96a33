package io.carrel.netns.nft;

import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.NfTables;
import io.carrel.netns.netlink.Request;

/**
 * The steps of a rule, each on registers of the kernel's: loads, comparisons, look-ups, and what is to be done.
 * Registers are of 32 bits; what is longer takes several that follow each other. Not thread-safe.
 */
final class Expressions {

    private final Request request;

    Expressions(Request request) {
        this.request = request;
    }

    /** The register of this number, from 0 to 15. */
    static Constant register(int number) {
        return new Constant("NFT_REG32_%02d".formatted(number), NfTables.NFT_REG32_00.value() + number);
    }

    private Expressions begin(String name) {
        request.nest(NfTables.NFTA_LIST_ELEM)
                .text(NfTables.NFTA_EXPR_NAME, name)
                .nest(NfTables.NFTA_EXPR_DATA);
        return this;
    }

    private Expressions end() {
        request.end().end();
        return this;
    }

    private Expressions number(Constant name, long value) {
        request.be32(name, value);
        return this;
    }

    /** Loads something that the kernel knows of a packet. */
    Expressions meta(Constant key, int register) {
        return begin("meta")
                .number(NfTables.NFTA_META_KEY, key.value())
                .number(NfTables.NFTA_META_DREG, register(register).value())
                .end();
    }

    /** Loads a part of a packet. */
    Expressions payload(Constant base, int offset, int length, int register) {
        return begin("payload")
                .number(NfTables.NFTA_PAYLOAD_DREG, register(register).value())
                .number(NfTables.NFTA_PAYLOAD_BASE, base.value())
                .number(NfTables.NFTA_PAYLOAD_OFFSET, offset)
                .number(NfTables.NFTA_PAYLOAD_LEN, length)
                .end();
    }

    /** Loads something of the connection that a packet belongs to. */
    Expressions connection(Constant key, int register) {
        return begin("ct")
                .number(NfTables.NFTA_CT_KEY, key.value())
                .number(NfTables.NFTA_CT_DREG, register(register).value())
                .end();
    }

    /** Goes on only if the packet is for an address of the host. */
    Expressions isForHost() {
        return begin("fib")
                .number(NfTables.NFTA_FIB_FLAGS, NfTables.NFTA_FIB_F_DADDR.value())
                .number(NfTables.NFTA_FIB_RESULT, NfTables.NFT_FIB_RESULT_ADDRTYPE.value())
                .number(NfTables.NFTA_FIB_DREG, register(0).value())
                .end()
                .isEqual(0, new byte[] {(byte) NfTables.RTN_LOCAL.value(), 0, 0, 0});
    }

    /** Goes on only if the register has this content. */
    Expressions isEqual(int register, byte... content) {
        return compare(register, NfTables.NFT_CMP_EQ, content);
    }

    private Expressions compare(int register, Constant how, byte... content) {
        begin("cmp")
                .number(NfTables.NFTA_CMP_SREG, register(register).value())
                .number(NfTables.NFTA_CMP_OP, how.value());
        request.nest(NfTables.NFTA_CMP_DATA)
                .attribute(NfTables.NFTA_DATA_VALUE, content)
                .end();
        return end();
    }

    /** Goes on only if the register, a number in the processor's order of bytes, has one of these bits. */
    Expressions hasOneOf(int register, int bits) {
        byte[] mask = {(byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), (byte) (bits >> 24)};
        begin("bitwise")
                .number(NfTables.NFTA_BITWISE_SREG, register(register).value())
                .number(NfTables.NFTA_BITWISE_DREG, register(register).value())
                .number(NfTables.NFTA_BITWISE_LEN, mask.length);
        request.nest(NfTables.NFTA_BITWISE_MASK)
                .attribute(NfTables.NFTA_DATA_VALUE, mask)
                .end();
        request.nest(NfTables.NFTA_BITWISE_XOR)
                .attribute(NfTables.NFTA_DATA_VALUE, new byte[mask.length])
                .end();
        return end().compare(register, NfTables.NFT_CMP_NEQ, new byte[mask.length]);
    }

    /** Goes on only for packets of this kind. */
    Expressions isOfFamily(Constant family) {
        return meta(NfTables.NFT_META_NFPROTO, 0).isEqual(0, (byte) family.value());
    }

    /** Goes on only if the register's content is in the set. */
    Expressions isIn(SetType set, int register) {
        return lookup(set, register, 0);
    }

    /** Goes on only if the register's content is not in the set. */
    Expressions isNotIn(SetType set, int register) {
        return lookup(set, register, NfTables.NFT_LOOKUP_F_INV.value());
    }

    private Expressions lookup(SetType set, int register, long flags) {
        begin("lookup");
        request.text(NfTables.NFTA_LOOKUP_SET, set.name());
        number(NfTables.NFTA_LOOKUP_SREG, register(register).value());
        if (flags != 0) {
            number(NfTables.NFTA_LOOKUP_FLAGS, flags);
        }
        return end();
    }

    /** Goes on only if the map has the register's content, and loads what that leads to. */
    Expressions find(SetType map, int register, int result) {
        begin("lookup");
        request.text(NfTables.NFTA_LOOKUP_SET, map.name());
        return number(NfTables.NFTA_LOOKUP_SREG, register(register).value())
                .number(NfTables.NFTA_LOOKUP_DREG, register(result).value())
                .end();
    }

    /** Sends the packet's connection to the address and port in these registers. */
    Expressions redirect(Constant family, int address, int port) {
        return begin("nat")
                .number(NfTables.NFTA_NAT_TYPE, NfTables.NFT_NAT_DNAT.value())
                .number(NfTables.NFTA_NAT_FAMILY, family.value())
                .number(NfTables.NFTA_NAT_REG_ADDR_MIN, register(address).value())
                .number(NfTables.NFTA_NAT_REG_PROTO_MIN, register(port).value())
                .end();
    }

    /** Has the packet's connection come from the host's own address. */
    Expressions masquerade() {
        return begin("masq").end();
    }

    /** Lets the packet pass. */
    Expressions accept() {
        return verdict(NfTables.NF_ACCEPT.value(), "");
    }

    /** Throws the packet away. */
    Expressions drop() {
        return verdict(NfTables.NF_DROP.value(), "");
    }

    /** Goes on in another chain, and comes back. */
    Expressions jump(String chain) {
        return verdict(-3, chain); // NFT_JUMP
    }

    private Expressions verdict(long code, String chain) {
        begin("immediate").number(NfTables.NFTA_IMMEDIATE_DREG, NfTables.NFT_REG_VERDICT.value());
        request.nest(NfTables.NFTA_IMMEDIATE_DATA).nest(NfTables.NFTA_DATA_VERDICT);
        number(NfTables.NFTA_VERDICT_CODE, code);
        if (!chain.isEmpty()) {
            request.text(NfTables.NFTA_VERDICT_CHAIN, chain);
        }
        request.end().end();
        return end();
    }
}
