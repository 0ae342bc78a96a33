package io.carrel.containers;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Makes up names for containers to which nobody has given one: a word and a piece of a library's furniture. */
final class MadeUpName {

    private static final List<String> WORDS = ImmutableList.of(
            "amber", "bold", "brave", "bright", "calm", "clear", "clever", "cosy", "crisp", "curious", "deft", "eager",
            "early", "fair", "fond", "gentle", "glad", "golden", "hardy", "humble", "jolly", "keen", "kind", "lively",
            "lucid", "mellow", "merry", "modest", "neat", "nimble", "patient", "placid", "proud", "quick", "quiet",
            "sharp", "silver", "sober", "steady", "sunny", "swift", "tidy", "warm", "wise");
    private static final List<String> THINGS = ImmutableList.of(
            "alcove",
            "almanac",
            "archive",
            "atlas",
            "bench",
            "binder",
            "bookend",
            "bookmark",
            "cabinet",
            "candle",
            "catalogue",
            "chapter",
            "codex",
            "column",
            "cover",
            "desk",
            "drawer",
            "easel",
            "engraving",
            "folio",
            "gallery",
            "globe",
            "index",
            "inkwell",
            "ladder",
            "lamp",
            "lectern",
            "ledger",
            "letter",
            "margin",
            "nook",
            "page",
            "parchment",
            "pencil",
            "quill",
            "scroll",
            "shelf",
            "stool",
            "study",
            "tome",
            "volume",
            "window");
    private static final int TRIES = 20;

    private MadeUpName() {}

    /** One that nobody has, with a number at its end where words alone do not do. */
    static String besides(Set<String> taken, RandomGenerator random) {
        String name = pair(random);
        for (int i = 0; i < TRIES && taken.contains(name); i++) {
            name = pair(random);
        }
        String words = name;
        for (int number = 2; taken.contains(name); number++) {
            name = words + number;
        }
        return name;
    }

    private static String pair(RandomGenerator random) {
        return WORDS.get(random.nextInt(WORDS.size())) + "_" + THINGS.get(random.nextInt(THINGS.size()));
    }
}
