package io.carrel.netns.nft;

import io.carrel.linux.uapi.Constant;
import io.carrel.linux.uapi.Netlink;
import io.carrel.linux.uapi.NfTables;
import io.carrel.netns.netlink.NetlinkSocket;
import io.carrel.netns.netlink.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Changes of one table of nftables that are made together, or not at all. Not thread-safe.
 *
 * @see <a href="https://wiki.nftables.org/wiki-nftables/index.php/Atomic_rule_replacement">Atomic rule replacement</a>
 */
final class Batch {

    private static final Constant NONE = Constant.of(0);

    /**
     * Tells the program {@code nft} that keys are in the processor's order of bytes, without which it shows no names.
     */
    private static final byte[] KEY_IS_TEXT = {0, 4, 1, 0, 0, 0};

    private final String table;
    private final List<Request> requests = new ArrayList<>();

    Batch(String table) {
        this.table = table;
    }

    /** {@code struct nfgenmsg}, whose last half is in the network's order of bytes. */
    static byte[] header(Constant family, long resource) {
        return new byte[] {(byte) family.value(), 0, (byte) (resource >> 8), (byte) resource};
    }

    static Request message(Constant type, Constant flags) {
        Constant full = new Constant(type.name(), Netlink.NFNL_SUBSYS_NFTABLES.value() << 8 | type.value());
        return Request.of(full, flags).bytes(header(NfTables.NFPROTO_INET, 0));
    }

    private Request add(Constant type, Constant flags) {
        Request request = message(type, flags);
        requests.add(request);
        return request;
    }

    /** Makes the table, or fails if it is there already. */
    Batch newTable() {
        add(NfTables.NFT_MSG_NEWTABLE, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_EXCL))
                .text(NfTables.NFTA_TABLE_NAME, table)
                .be32(NfTables.NFTA_TABLE_FLAGS, 0);
        return this;
    }

    /** Removes the table with all that is in it. */
    Batch deleteTable() {
        add(NfTables.NFT_MSG_DELTABLE, NONE).text(NfTables.NFTA_TABLE_NAME, table);
        return this;
    }

    /** A chain that other chains jump to. */
    Batch newChain(String name) {
        add(NfTables.NFT_MSG_NEWCHAIN, Netlink.NLM_F_CREATE)
                .text(NfTables.NFTA_CHAIN_TABLE, table)
                .text(NfTables.NFTA_CHAIN_NAME, name);
        return this;
    }

    /** A chain that packets come through on their way. */
    Batch newChain(String name, String type, Constant hook, int priority) {
        add(NfTables.NFT_MSG_NEWCHAIN, Netlink.NLM_F_CREATE)
                .text(NfTables.NFTA_CHAIN_TABLE, table)
                .text(NfTables.NFTA_CHAIN_NAME, name)
                .nest(NfTables.NFTA_CHAIN_HOOK)
                .be32(NfTables.NFTA_HOOK_HOOKNUM, hook.value())
                .be32(NfTables.NFTA_HOOK_PRIORITY, priority)
                .end()
                .be32(NfTables.NFTA_CHAIN_POLICY, NfTables.NF_ACCEPT.value())
                .text(NfTables.NFTA_CHAIN_TYPE, type);
        return this;
    }

    /** A set or a map. */
    Batch newSet(SetType set) {
        Request request = add(NfTables.NFT_MSG_NEWSET, Netlink.NLM_F_CREATE)
                .text(NfTables.NFTA_SET_TABLE, table)
                .text(NfTables.NFTA_SET_NAME, set.name())
                .be32(NfTables.NFTA_SET_FLAGS, set.flags())
                .be32(NfTables.NFTA_SET_KEY_TYPE, set.key().type())
                .be32(NfTables.NFTA_SET_KEY_LEN, set.key().length())
                .be32(NfTables.NFTA_SET_ID, requests.size());
        if (set.key().equals(Fields.LINK_NAME)) {
            request.attribute(NfTables.NFTA_SET_USERDATA, KEY_IS_TEXT);
        }
        if (set.isMap()) {
            request.be32(NfTables.NFTA_SET_DATA_TYPE, set.data().type())
                    .be32(NfTables.NFTA_SET_DATA_LEN, set.data().length());
        }
        return this;
    }

    /** A rule at a chain's end. */
    Batch newRule(String chain, Consumer<Expressions> rule) {
        Request request = add(NfTables.NFT_MSG_NEWRULE, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_APPEND))
                .text(NfTables.NFTA_RULE_TABLE, table)
                .text(NfTables.NFTA_RULE_CHAIN, chain)
                .nest(NfTables.NFTA_RULE_EXPRESSIONS);
        rule.accept(new Expressions(request));
        request.end();
        return this;
    }

    /** Adds to a set; what is in it already is an error. */
    Batch add(SetType set, List<Element> elements) {
        elements(NfTables.NFT_MSG_NEWSETELEM, Netlink.NLM_F_CREATE.or(Netlink.NLM_F_EXCL), set, elements);
        return this;
    }

    /** Takes out of a set; what is not in it is an error. */
    Batch remove(SetType set, List<Element> elements) {
        elements(NfTables.NFT_MSG_DELSETELEM, NONE, set, elements);
        return this;
    }

    private void elements(Constant type, Constant flags, SetType set, List<Element> elements) {
        Request request = add(type, flags)
                .text(NfTables.NFTA_SET_ELEM_LIST_TABLE, table)
                .text(NfTables.NFTA_SET_ELEM_LIST_SET, set.name())
                .nest(NfTables.NFTA_SET_ELEM_LIST_ELEMENTS);
        elements.forEach(element -> element.append(request));
        request.end();
    }

    /** Makes all changes. */
    void apply(String doing, NetlinkSocket socket) {
        byte[] header = header(Constant.of(0), Netlink.NFNL_SUBSYS_NFTABLES.value());
        socket.transact(
                doing,
                requests,
                Request.of(Netlink.NFNL_MSG_BATCH_BEGIN, NONE).bytes(header),
                Request.of(Netlink.NFNL_MSG_BATCH_END, NONE).bytes(header));
    }
}
