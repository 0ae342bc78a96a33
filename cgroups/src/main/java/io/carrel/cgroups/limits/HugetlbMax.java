package io.carrel.cgroups.limits;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * The most memory in huge pages of one size: {@code hugetlb.SIZE.max} (v2: Linux 5.6). Immutable.
 *
 * @param pageSize the size as the kernel writes it, for example {@code 2MB} or {@code 1GB}
 * @param amount how much; {@link Bytes#MAX} is no limit
 */
public record HugetlbMax(String pageSize, Bytes amount) implements Limit {

    private static final Pattern SIZE = Pattern.compile("\\d{1,4}[KMG]B");

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if it is not written as the kernel writes it
     */
    public HugetlbMax {
        checkArgument(SIZE.matcher(pageSize).matches(), "not a size of huge pages such as 2MB: \"%s\"", pageSize);
        requireNonNull(amount, "amount");
    }

    @Override
    public Controller controller() {
        return Controller.HUGETLB;
    }

    @Override
    public String toString() {
        return "hugetlb." + pageSize + ".max=" + amount;
    }
}
