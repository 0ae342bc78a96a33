package io.carrel.netns.relay;

/**
 * Looks at what a client says first, whenever it does so, before it is passed on to the server. Only for the loop's
 * thread.
 */
@FunctionalInterface
public interface Opening {

    /**
     * Decides.
     *
     * @param bytes what came and was not passed on
     * @param atEnd whether nothing more comes
     */
    Step look(byte[] bytes, boolean atEnd);

    /**
     * What comes of it.
     *
     * @param kind what is done
     * @param passed what is passed on
     * @param rest what is looked at again, at once
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Step(Kind kind, byte[] passed, byte[] rest) {

        private static final byte[] NOTHING = {};

        /** Waits for more. */
        public static Step await() {
            return new Step(Kind.AWAIT, NOTHING, NOTHING);
        }

        /** Passes some on, and looks at the rest as well as at what comes. */
        public static Step pass(byte[] passed, byte[] rest) {
            return new Step(Kind.PASS, passed, rest);
        }

        /** Passes this on, and all that comes. */
        public static Step finish(byte[] passed) {
            return new Step(Kind.FINISH, passed, NOTHING);
        }

        /** Breaks the connection off. */
        public static Step deny() {
            return new Step(Kind.DENY, NOTHING, NOTHING);
        }
    }

    /** What is done. */
    enum Kind {
        /** More has to come. */
        AWAIT,
        /** Some is passed on. */
        PASS,
        /** All is passed on. */
        FINISH,
        /** The connection is broken off. */
        DENY
    }
}
