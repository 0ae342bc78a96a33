package io.carrel.netns.nft;

import io.carrel.linux.uapi.NfTables;

/**
 * A set of the table, or a map if its elements have data. Immutable.
 *
 * @param name its name
 * @param key what its elements are
 * @param data what they lead to, {@link Fields#NONE} for a set
 * @param isInterval whether an element may stand for a range
 */
record SetType(String name, Fields key, Fields data, boolean isInterval) {

    static SetType set(String name, Fields key) {
        return new SetType(name, key, Fields.NONE, false);
    }

    static SetType intervals(String name, Fields key) {
        return new SetType(name, key, Fields.NONE, true);
    }

    static SetType map(String name, Fields key, Fields data) {
        return new SetType(name, key, data, false);
    }

    boolean isMap() {
        return data.length() > 0;
    }

    long flags() {
        return (isInterval ? NfTables.NFT_SET_INTERVAL.value() : 0) | (isMap() ? NfTables.NFT_SET_MAP.value() : 0);
    }
}
