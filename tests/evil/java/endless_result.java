// Returns a list that never ends.
import java.util.*;
class Problem {
    public static List<Long> answer(long x) {
        return new Endless();
    }
}
class Endless extends AbstractList<Long> {
    @Override public Long get(int i) { return 0L; }
    @Override public int size() { return Integer.MAX_VALUE; }
}
