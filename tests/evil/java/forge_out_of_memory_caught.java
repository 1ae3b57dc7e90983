// Uses up the heap, catches that, and returns a wrong answer with nothing left.
import java.util.*;
class Problem {
    static final List<long[]> KEPT = new ArrayList<>();

    public static long answer(long x) {
        try {
            while (true) {
                KEPT.add(new long[1 << 10]);
            }
        } catch (OutOfMemoryError e) {
            return 0;
        }
    }
}
