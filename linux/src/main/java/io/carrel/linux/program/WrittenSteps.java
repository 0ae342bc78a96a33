package io.carrel.linux.program;

import com.google.common.base.Enums;
import com.google.common.base.Splitter;
import com.google.common.primitives.Longs;
import io.carrel.linux.LinuxSubject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the instructions of a program are for, as a text, so that another JVM understands what a program says of a
 * failure: a line for each system call, with tabs between address, process, call, subject, reason and arguments. A
 * control character in those is written as a space.
 */
public final class WrittenSteps {

    private static final int FIELDS = 6;
    private static final int HEX = 16;

    private WrittenSteps() {}

    /** Returns the text of a program. */
    public static String format(SyscallProgram program) {
        StringBuilder text = new StringBuilder();
        program.stepsByAddress()
                .forEach((address, step) -> text.append(String.join(
                                "\t",
                                Long.toString(address, HEX),
                                clean(step.process()),
                                step.call(),
                                step.subject() instanceof LinuxSubject known ? known.name() : LinuxSubject.OTHER.name(),
                                clean(step.reason()),
                                clean(step.arguments())))
                        .append('\n'));
        return text.toString();
    }

    private static String clean(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    /** Returns what such a text says. A line that says something else, of another version for example, is left out. */
    public static StepTable parse(String text) {
        Map<Long, Step> steps = new HashMap<>();
        for (String line : Splitter.on('\n').split(text)) {
            List<String> fields = Splitter.on('\t').splitToList(line);
            Optional<LinuxSubject> subject = fields.size() == FIELDS
                    ? Enums.getIfPresent(LinuxSubject.class, fields.get(3)).toJavaUtil()
                    : Optional.empty();
            Long address = subject.isPresent() ? Longs.tryParse(fields.get(0), HEX) : null;
            if (address != null) {
                steps.put(address, new Step(fields.get(1), fields.get(2), fields.get(5), fields.get(4), subject.get()));
            }
        }
        return address -> Optional.ofNullable(steps.get(address));
    }
}
