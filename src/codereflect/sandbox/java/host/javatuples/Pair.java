package org.javatuples;

/** A tuple of two values. */
public final class Pair<A, B> extends Tuple {
    private static final long serialVersionUID = 1;

    public Pair(A value0, B value1) {
        super(value0, value1);
    }

    public static <A, B> Pair<A, B> with(A value0, B value1) {
        return new Pair<>(value0, value1);
    }

    @Override
    public int getSize() {
        return 2;
    }

    @SuppressWarnings("unchecked")
    public A getValue0() {
        return (A) getValue(0);
    }

    public <X> Pair<X, B> setAt0(X value) {
        return new Pair<>(value, getValue1());
    }

    @SuppressWarnings("unchecked")
    public B getValue1() {
        return (B) getValue(1);
    }

    public <X> Pair<A, X> setAt1(X value) {
        return new Pair<>(getValue0(), value);
    }
}
