package io.carrel.images.layers;

import io.carrel.fs.internal.OwnerRecord;
import io.carrel.linux.binding.FileCalls;
import io.carrel.linux.binding.FileStatus;
import io.carrel.linux.binding.ProcessStatus;
import java.util.function.LongUnaryOperator;

/** Finds out whom a file belongs to inside a container. Immutable. */
record OwnerTranslation(Owners owners, LongUnaryOperator uids, LongUnaryOperator gids) {

    private static final ProcessStatus SELF = ProcessStatus.current();

    /**
     * The record counts as long as the file is the user's who writes. Whoever has made it somebody else's since, on a
     * system where the user had more ids, meant that.
     */
    OwnerRecord inside(UpperFile file) {
        String record = file.attributes().get(OwnerRecord.ATTRIBUTE);
        if (owners == Owners.RECORD && record != null && isOwn(file.status())) {
            return OwnerRecord.parse(record.getBytes(FileCalls.BYTES));
        }
        return new OwnerRecord(
                uids.applyAsLong(file.status().uid()),
                gids.applyAsLong(file.status().gid()));
    }

    private static boolean isOwn(FileStatus status) {
        return status.uid() == SELF.effectiveUid() && status.gid() == SELF.effectiveGid();
    }
}
