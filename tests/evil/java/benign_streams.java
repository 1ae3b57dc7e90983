// Streams and collectors.
import java.util.*;
import java.util.stream.*;
class Problem {
    public static long answer(long x) {
        Map<Boolean, List<Long>> parts = LongStream.rangeClosed(1, 10).boxed().collect(Collectors.partitioningBy(v -> v % 2 == 0));
        return x + parts.get(true).stream().mapToLong(Long::longValue).filter(v -> v == 2).count();
    }
}
