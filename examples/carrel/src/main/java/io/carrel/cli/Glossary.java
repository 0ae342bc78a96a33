package io.carrel.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the library's messages call by the words of its API, in the words of the command line. */
final class Glossary {

    /** Longer words come before those that they hold. */
    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("orElse(OverlayFallback.copy())", "--or-copy");
        WORDS.put("orElse(OverlayFallback.fuse())", "--or-fuse");
        WORDS.put("idMaps(...) and subordinateIds()", "--subordinate-ids");
        WORDS.put("subordinateIds()", "--subordinate-ids");
        WORDS.put("user(User.ROOT)", "-u root");
        WORDS.put("capabilities(...)", "--cap-add");
        WORDS.put("hostname(...)", "-h");
        WORDS.put("allow(...)", "--egress");
        WORDS.put("command(...)", "command");
        WORDS.put("UserMode.PASTA", "--network pasta");
        WORDS.put("UserMode.SLIRP4NETNS", "--network slirp4netns");
        WORDS.put("Network.none()", "--network none");
        WORDS.put("Network.egress", "--egress");
        WORDS.put("Networks.prune", "carrel network prune");
        WORDS.put("Networks.create, or carrel network create", "carrel network create");
        WORDS.put("there is no container ", "No such container: ");
        WORDS.put("Containers.list(), or carrel ps", "carrel ps");
        WORDS.put("; Cgroups.moveJvmToLeaf does it with the JVM", "");
        WORDS.put(" Cgroup.close does it.", "");
    }

    private Glossary() {}

    /** The message as who types commands needs it. */
    static String translate(String message) {
        String translated = message;
        for (Map.Entry<String, String> word : WORDS.entrySet()) {
            translated = translated.replace(word.getKey(), word.getValue());
        }
        return translated;
    }
}
