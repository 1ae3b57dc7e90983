package codereflect.sandbox;

import java.lang.reflect.Array;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Values as short text, near to how Java writes them. Only for values that hold no object of the program. */
final class Show {
    private static final int LIMIT = 300;

    private Show() {}

    static String show(Object value) {
        StringBuilder out = new StringBuilder();
        append(out, value, 0);
        return out.length() <= LIMIT ? out.toString() : out.substring(0, LIMIT - 4) + " ...";
    }

    private static void append(StringBuilder out, Object value, int depth) {
        if (out.length() > LIMIT || depth > 20) {
            out.append("...");
        } else if (value instanceof String text) {
            quote(out, text);
        } else if (value instanceof Character c) {
            out.append('\'').append(c).append('\'');
        } else if (value instanceof Collection<?> items) {
            items(out, items, depth);
        } else if (value instanceof Map<?, ?> map) {
            map(out, map, depth);
        } else if (value instanceof Optional<?> box) {
            out.append("Optional");
            if (box.isPresent()) {
                out.append('[');
                append(out, box.get(), depth + 1);
                out.append(']');
            } else {
                out.append(".empty");
            }
        } else if (value != null && value.getClass().isArray()) {
            array(out, value, depth);
        } else if (value == null || value.getClass().getClassLoader() == null) {
            out.append(value);
        } else if (value instanceof org.javatuples.Tuple tuple) {
            items(out, tuple.toList(), depth);
        } else {
            out.append("a ").append(value.getClass().getSimpleName());
        }
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length() && out.length() <= LIMIT; i++) {
            char c = text.charAt(i);
            int escaped = "\n\t\r\"\\".indexOf(c);
            if (escaped >= 0) {
                out.append('\\').append("ntr\"\\".charAt(escaped));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static void items(StringBuilder out, Collection<?> items, int depth) {
        String separator = "[";
        for (Object item : items) {
            out.append(separator);
            separator = ", ";
            append(out, item, depth + 1);
            if (out.length() > LIMIT) {
                break;
            }
        }
        out.append(items.isEmpty() ? "[]" : "]");
    }

    private static void map(StringBuilder out, Map<?, ?> map, int depth) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            separator = ", ";
            append(out, entry.getKey(), depth + 1);
            out.append('=');
            append(out, entry.getValue(), depth + 1);
            if (out.length() > LIMIT) {
                break;
            }
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private static void array(StringBuilder out, Object array, int depth) {
        int length = Array.getLength(array);
        out.append('{');
        for (int i = 0; i < length && out.length() <= LIMIT; i++) {
            out.append(i == 0 ? "" : ", ");
            append(out, Array.get(array, i), depth + 1);
        }
        out.append('}');
    }
}
