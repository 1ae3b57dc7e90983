// Waits without end.
class Problem {
    public static long answer(long x) {
        try {
            Thread.sleep(1L << 40);
        } catch (InterruptedException e) {
            return 1;
        }
        return 0;
    }
}
