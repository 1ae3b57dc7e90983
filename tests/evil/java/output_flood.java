// Prints without end.
class Problem {
    public static long answer(long x) {
        while (true) {
            System.out.println("x".repeat(1000));
            System.err.println("x".repeat(1000));
        }
    }
}
