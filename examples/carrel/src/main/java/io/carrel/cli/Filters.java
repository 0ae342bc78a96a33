package io.carrel.cli;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.SetMultimap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What {@code --filter KEY=VALUE} asks for of a list: of several values of one key, any; of several keys, all.
 * Immutable.
 *
 * @param <T> what is listed
 */
final class Filters<T> {

    private final Map<String, BiPredicate<T, String>> keys;

    private Filters(Map<String, BiPredicate<T, String>> keys) {
        this.keys = keys;
    }

    static <T> Filters<T> none() {
        return new Filters<>(ImmutableMap.of());
    }

    /** The same with one more key, and whether a thing is what a value of it asks for. */
    Filters<T> with(String key, BiPredicate<T, String> meaning) {
        return new Filters<>(ImmutableMap.<String, BiPredicate<T, String>>builder()
                .putAll(keys)
                .put(key, meaning)
                .buildOrThrow());
    }

    /** The same with the key for labels, whose value is KEY or KEY=VALUE. */
    Filters<T> withLabels(Function<T, Map<String, String>> labels) {
        return with("label", (thing, wanted) -> {
            int equals = wanted.indexOf('=');
            return equals < 0
                    ? labels.apply(thing).containsKey(wanted)
                    : wanted.substring(equals + 1).equals(labels.apply(thing).get(wanted.substring(0, equals)));
        });
    }

    /**
     * Those that are asked for.
     *
     * @param given KEY=VALUE each
     * @throws IllegalArgumentException if there is no such key
     */
    List<T> apply(List<T> things, List<String> given) {
        SetMultimap<String, Predicate<T>> wanted = LinkedHashMultimap.create();
        for (String filter : given) {
            int equals = filter.indexOf('=');
            checkArgument(equals > 0, "no filter: \"%s\": it is KEY=VALUE", filter);
            String key = filter.substring(0, equals);
            BiPredicate<T, String> meaning = keys.get(key);
            checkArgument(
                    meaning != null,
                    "there is no filter \"%s\" of this list; there are %s",
                    key,
                    String.join(", ", keys.keySet()));
            String value = filter.substring(equals + 1);
            wanted.put(key, thing -> meaning.test(thing, value));
        }
        Predicate<T> all = thing ->
                wanted.asMap().values().stream().allMatch(any -> any.stream().anyMatch(one -> one.test(thing)));
        return things.stream().filter(all).toList();
    }
}
