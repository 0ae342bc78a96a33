package io.carrel.fs.layers;

import io.carrel.linux.binding.FileCalls;
import java.util.function.LongUnaryOperator;

/** Finds out whom a file belongs to inside a container. Immutable. */
record OwnerTranslation(Owners owners, LongUnaryOperator uids, LongUnaryOperator gids) {

    OwnerRecord inside(UpperFile file) {
        String record = file.attributes().get(OwnerRecord.ATTRIBUTE);
        if (owners == Owners.RECORD && record != null) {
            return OwnerRecord.parse(record.getBytes(FileCalls.BYTES));
        }
        return new OwnerRecord(
                uids.applyAsLong(file.status().uid()),
                gids.applyAsLong(file.status().gid()));
    }
}
