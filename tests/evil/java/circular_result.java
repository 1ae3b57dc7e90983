// Returns a list that holds itself.
import java.util.*;
class Problem {
    public static List<Object> answer(long x) {
        List<Object> found = new ArrayList<>();
        found.add(found);
        return found;
    }
}
