// Recursion five thousand calls deep, memoised.
import java.util.*;
class Problem {
    static final Map<Integer, Integer> KNOWN = new HashMap<>();

    static int depth(int n) {
        if (n == 0) {
            return 0;
        }
        Integer known = KNOWN.get(n);
        if (known == null) {
            known = depth(n - 1) + 1;
            KNOWN.put(n, known);
        }
        return known;
    }

    public static long answer(long x) {
        return depth(5000) - 5000 + x + 1;
    }
}
