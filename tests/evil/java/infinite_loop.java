// Never ends.
class Problem {
    public static long answer(long x) {
        while (true) {
            x++;
        }
    }
}
