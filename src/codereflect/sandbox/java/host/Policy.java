package codereflect.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The rules of policy.txt: which classes of the JDK a program may name, and which members of theirs. */
final class Policy {
    private final Map<String, Boolean> patterns = new HashMap<>();
    private final Map<String, Set<String>> only = new HashMap<>();
    private final Map<String, Set<String>> not = new HashMap<>();

    Policy() throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(Policy.class.getResourceAsStream("policy.txt"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    add(line.trim().split("\\s+"));
                }
            }
        }
    }

    private void add(String[] words) {
        Set<String> names = new HashSet<>(Arrays.asList(words).subList(2, words.length));
        switch (words[0]) {
            case "allow" -> patterns.put(words[1], true);
            case "deny" -> patterns.put(words[1], false);
            case "only" -> only.put(words[1], names);
            case "not" -> not.put(words[1], names);
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /** Whether a class (java/util/Map$Entry) may be named. */
    boolean allows(String name) {
        for (String outer = name; ; outer = outer.substring(0, outer.lastIndexOf('$'))) {
            Boolean exact = patterns.get(outer);
            if (exact != null) {
                return exact;
            }
            if (outer.lastIndexOf('$') <= outer.lastIndexOf('/')) {
                break;
            }
        }
        int slash = name.lastIndexOf('/');
        if (slash < 0) {
            return false;
        }
        if (patterns.containsKey(name.substring(0, slash) + "/*")) {
            return patterns.get(name.substring(0, slash) + "/*");
        }
        for (; slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
            Boolean below = patterns.get(name.substring(0, slash) + "/**");
            if (below != null) {
                return below;
            }
        }
        return false;
    }

    /** Whether a member of an allowed class may be used. */
    boolean allows(String owner, String name, String descriptor) {
        String outer = owner.startsWith("java/lang/invoke/MethodHandles$") ? "java/lang/invoke/MethodHandles" : owner;
        Set<String> listed = only.get(outer);
        if (listed != null && !listed.contains(name)) {
            return false;
        }
        for (String refused : not.getOrDefault(owner, Set.of())) {
            if ((name + descriptor).startsWith(refused)) {
                return false;
            }
        }
        return true;
    }
}
