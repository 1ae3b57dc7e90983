// Arrays: generic ones, of several dimensions, copied, filled, sorted, searched.
import java.util.*;
import java.lang.reflect.Array;
class Problem {
    public static long answer(long x) {
        int[][] grid = new int[3][4];
        for (int[] row : grid) {
            Arrays.fill(row, 1);
        }
        Integer[] boxed = {3, 1, 2};
        Arrays.sort(boxed, Collections.reverseOrder());
        long[] copy = Arrays.copyOf(new long[] {1}, 2);
        @SuppressWarnings("unchecked")
        List<Integer>[] lists = (List<Integer>[]) new List[2];
        lists[0] = List.of(boxed);
        Integer[] made = (Integer[]) Array.newInstance(Integer.class, 1);
        return x + grid[2].clone()[3] * copy[0] + (lists[0].get(0) == 3 ? made.length : 0) - 1;
    }
}
