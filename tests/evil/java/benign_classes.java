// Inner, local, anonymous, generic and abstract classes; iterators; comparators; equals and hashCode.
import java.util.*;
class Problem {
    static class Inner {
        private final long one;
        Inner(long one) { this.one = one; }
        long get() { return one; }
    }

    abstract static class Base<T> {
        abstract T value();
    }

    public static long answer(long x) {
        class Local extends Base<Long> {
            Long value() { return x; }
        }
        Base<Long> other = new Base<>() {
            Long value() { return new Inner(1).get(); }
        };
        Set<Point> points = new HashSet<>(Arrays.asList(new Point(1, 2), new Point(1, 2)));
        List<Point> sorted = new ArrayList<>(points);
        sorted.sort(Comparator.comparingInt((Point p) -> p.a).thenComparing(p -> p.b, Comparator.reverseOrder()));
        Collections.sort(sorted);
        LinkedHashMap<Long, Long> cache = new LinkedHashMap<>() {
            @Override protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) { return size() > 2; }
        };
        cache.put(1L, 1L);
        return new Local().value() + other.value() + points.size() - cache.size();
    }
}
class Point implements Comparable<Point> {
    final int a, b;
    Point(int a, int b) { this.a = a; this.b = b; }
    @Override public boolean equals(Object other) { return other instanceof Point p && p.a == a && p.b == b; }
    @Override public int hashCode() { return Objects.hash(a, b); }
    @Override public int compareTo(Point other) { return Integer.compare(a, other.a); }
    @Override public String toString() { return getClass().getSimpleName() + a; }
}
