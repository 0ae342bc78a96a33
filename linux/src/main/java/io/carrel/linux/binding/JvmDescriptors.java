package io.carrel.linux.binding;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.carrel.linux.UnsupportedFeatureException;
import java.io.FileDescriptor;
import java.util.Map;

/**
 * The numbers of this JVM's own file descriptors. The JDK shows them to native code alone, so that they are asked for
 * as such code does it: by the functions of JNI, whose places in their table are part of its specification.
 *
 * @see <a href="https://docs.oracle.com/en/java/javase/17/docs/specs/jni/functions.html">JNI functions</a>
 */
public final class JvmDescriptors {

    private static final int VERSION = 0x00010006;
    /** Place in the table of {@code JavaVM}. */
    private static final int GET_ENV = 6;
    /** Places in the table of {@code JNIEnv}. */
    private static final int GET_FIELD_ID = 94;

    private static final int GET_INT_FIELD = 100;

    private static final Map<String, Boolean> OBJECTS = Map.of(Library.OPTION_ALLOW_OBJECTS, true);

    private JvmDescriptors() {}

    /**
     * Returns the number; -1 if it is closed. The calling thread must not be virtual: what is asked belongs to the
     * thread of the kernel.
     *
     * @throws UnsupportedFeatureException if this JVM does not let itself be asked
     */
    public static int numberOf(FileDescriptor descriptor) {
        try {
            Pointer environment = environment();
            Object field = call(environment, GET_FIELD_ID, Pointer.class, FileDescriptor.class, "fd", "I");
            return (int) call(environment, GET_INT_FIELD, int.class, descriptor, field);
        } catch (UnsatisfiedLinkError e) {
            throw new UnsupportedFeatureException(
                    "a stream by a java.io.FileDescriptor", "this JVM shows no number of it: " + e.getMessage());
        }
    }

    private static Pointer environment() {
        PointerByReference machine = new PointerByReference();
        Function machines = NativeLibrary.getProcess().getFunction("JNI_GetCreatedJavaVMs");
        int status = machines.invokeInt(new Object[] {machine, 1, new IntByReference()});
        PointerByReference environment = new PointerByReference();
        if (status == 0) {
            status = (int) call(machine.getValue(), GET_ENV, int.class, environment, VERSION);
        }
        if (status != 0) {
            throw new UnsatisfiedLinkError("JNI answers " + status);
        }
        return environment.getValue();
    }

    /** Calls a function of the table to which the object of JNI points, which is its first argument. */
    private static Object call(Pointer object, int place, Class<?> result, Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = object;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        Pointer function = object.getPointer(0).getPointer((long) place * Native.POINTER_SIZE);
        return Function.getFunction(function).invoke(result, all, OBJECTS);
    }
}
