// Returns a collection of its own class, made of data: a copy of it is compared.
import java.util.*;
class Problem {
    public static List<Long> answer(long x) {
        class Own extends ArrayList<Long> {
            @Override public Long get(int index) { return super.get(index); }
        }
        List<Long> found = new Own();
        found.add(x + 1);
        return found;
    }
}
