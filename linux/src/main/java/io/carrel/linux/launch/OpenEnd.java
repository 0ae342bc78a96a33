package io.carrel.linux.launch;

import io.carrel.linux.Descriptor;
import io.carrel.linux.binding.JvmDescriptors;
import io.carrel.linux.binding.Kernel;
import java.io.FileDescriptor;

/** What is open in this JVM, and stays its owner's; each start that a stream of leads there duplicates it. */
public sealed interface OpenEnd {

    /**
     * Duplicates it.
     *
     * @throws IllegalStateException if it is closed
     */
    Descriptor duplicate();

    /** A descriptor of Carrel's. */
    record Own(Descriptor descriptor) implements OpenEnd {

        @Override
        public Descriptor duplicate() {
            return Kernel.duplicate(descriptor, 0);
        }
    }

    /** One of the JDK's, as {@code FileOutputStream.getFD()} has it. */
    record OfJdk(FileDescriptor descriptor) implements OpenEnd {

        @Override
        public Descriptor duplicate() {
            int number = HostThreads.start(() -> JvmDescriptors.numberOf(descriptor));
            if (number < 0) {
                throw new IllegalStateException("the file descriptor that a stream leads to is closed");
            }
            return Kernel.duplicateOf(number, "Cannot duplicate a file descriptor of this JVM");
        }
    }
}
