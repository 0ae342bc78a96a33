package io.carrel.images.layers;

import io.carrel.images.compression.BulkInput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a {@link ChunkPipe} from which the archive is read. A read returns all that was asked for unless the
 * stream ends. Not thread-safe.
 */
final class ChunkInput extends BulkInput {

    private final ChunkPipe pipe;

    private ChunkPipe.@Nullable Chunk current;
    private int position;

    ChunkInput(ChunkPipe pipe) {
        this.pipe = pipe;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            ChunkPipe.Chunk chunk = chunk();
            if (chunk == null) {
                return done == 0 ? -1 : done;
            }
            int count = Math.min(length - done, chunk.length() - position);
            System.arraycopy(chunk.bytes(), position, bytes, offset + done, count);
            position += count;
            done += count;
        }
        return done;
    }

    /** The chunk that has bytes left, null at the end. */
    private ChunkPipe.@Nullable Chunk chunk() throws IOException {
        while (current != null && position == current.length()) {
            pipe.recycle(current);
            current = null;
        }
        if (current == null) {
            current = pipe.take();
            position = 0;
        }
        return current;
    }

    @Override
    public int available() {
        return current == null ? 0 : current.length() - position;
    }
}
