package org.javatuples;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * What the tuples have in common. Written for this project after the public interface of org.javatuples 1.2, as far as
 * the problems of MultiPL-E use it; its values are immutable, and nobody can extend it.
 */
public abstract class Tuple implements Iterable<Object>, Serializable, Comparable<Tuple> {
    private static final long serialVersionUID = 1;
    private final Object[] values;

    Tuple(Object... values) {
        this.values = values;
    }

    /** The tuple of as many values as there are. */
    public static Tuple of(List<?> values) {
        switch (values.size()) {
            case 1: return new Unit<>(values.get(0));
            case 2: return new Pair<>(values.get(0), values.get(1));
            case 3: return new Triplet<>(values.get(0), values.get(1), values.get(2));
            case 4: return new Quartet<>(values.get(0), values.get(1), values.get(2), values.get(3));
            default: throw new IllegalArgumentException("no tuple of " + values.size());
        }
    }

    public abstract int getSize();

    public final Object getValue(int position) {
        return values[position];
    }

    @Override
    public final Iterator<Object> iterator() {
        return toList().iterator();
    }

    public final List<Object> toList() {
        return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(values)));
    }

    public final Object[] toArray() {
        return values.clone();
    }

    public final boolean contains(Object value) {
        return toList().contains(value);
    }

    public final boolean containsAll(Collection<?> wanted) {
        return toList().containsAll(wanted);
    }

    public final int indexOf(Object value) {
        return toList().indexOf(value);
    }

    public final int lastIndexOf(Object value) {
        return toList().lastIndexOf(value);
    }

    @Override
    public final String toString() {
        return Arrays.asList(values).toString();
    }

    @Override
    public final int hashCode() {
        return Arrays.asList(values).hashCode();
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && Arrays.equals(values, ((Tuple) other).values);
    }

    @Override
    @SuppressWarnings("unchecked")
    public final int compareTo(Tuple other) {
        for (int i = 0; i < Math.min(values.length, other.values.length); i++) {
            int order = ((Comparable<Object>) values[i]).compareTo(other.values[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(values.length, other.values.length);
    }
}
