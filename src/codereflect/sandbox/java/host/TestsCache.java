package codereflect.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Many programs are judged by the same tests: these are rewritten once, and compiled once per signature. */
final class TestsCache {
    private static final int PREPARED = 500;
    private static final int COMPILED = 500;

    /** A signature in which every class is of the JDK, or a tuple. */
    private static final Pattern OF_JDK =
        Pattern.compile("(?:[^L]|L(?:java|org/javatuples)/[\\w/$]+)*", Pattern.DOTALL);

    /**
     * Tests as they are compiled, and what is said of their assertions. `usesMore`: they name the program's class
     * otherwise than to call the tested method.
     */
    record Tests(
        String text, String mainClass, Set<String> names, Map<String, List<String>> assertions, boolean usesMore) {}

    private final Map<List<String>, Tests> prepared = bounded(PREPARED);
    private final Map<String, Map<String, byte[]>> compiled = bounded(COMPILED);

    private static <K, V> Map<K, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    Tests prepared(String tests, String owner, String method) {
        return prepared.get(List.of(tests, owner, method));
    }

    void keep(String tests, String owner, String method, Tests value) {
        prepared.put(List.of(tests, owner, method), value);
    }

    Map<String, byte[]> compiled(String key) {
        return key == null ? null : compiled.get(key);
    }

    void keep(String key, Map<String, byte[]> classes) {
        if (key != null) {
            compiled.put(key, classes);
        }
    }

    /**
     * All of a program that compiled tests depend on: the tested class's head and its methods of that name. Null where
     * it may be more: a class with ancestors, or a method that names other classes of the program.
     */
    String key(Tests tests, ClassFile tested, String method) {
        boolean plain = tested.parent.equals("java/lang/Object") && tested.interfaces.isEmpty() && !tested.generic;
        if (!plain || tests.usesMore()) {
            return null;
        }
        StringBuilder key = new StringBuilder(tests.text()).append('\0').append(tested.flags);
        for (ClassFile.Declared one : tested.methods) {
            if (one.name().equals(method)) {
                String types = one.descriptor() + one.more();
                if (!OF_JDK.matcher(types).matches()) {
                    return null;
                }
                key.append('\0').append(one.flags()).append(types);
            }
        }
        return key.toString();
    }
}
