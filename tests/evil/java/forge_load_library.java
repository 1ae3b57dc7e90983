// Loads a library.
class Problem {
    public static long answer(long x) {
        System.load("/tmp/library.so");
        return 0;
    }
}
