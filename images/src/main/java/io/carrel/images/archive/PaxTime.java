package io.carrel.images.archive;

import io.carrel.fs.spi.TarEntry.Time;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Times as extended headers have them: seconds with any number of decimal places. */
final class PaxTime {

    private static final int LONGEST = 40;

    private PaxTime() {}

    /**
     * Rounds down to nanoseconds.
     *
     * @throws NumberFormatException if it is no plain decimal number
     * @throws ArithmeticException if it is out of range
     */
    static Time parse(String value) {
        // More digits than any time has would make the arithmetic slow.
        if (value.length() > LONGEST || value.indexOf('e') >= 0 || value.indexOf('E') >= 0) {
            throw new NumberFormatException("no plain decimal number");
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal seconds = exact.setScale(0, RoundingMode.FLOOR);
        int nanos = exact.subtract(seconds).movePointRight(9).intValue();
        return new Time(seconds.longValueExact(), nanos);
    }
}
