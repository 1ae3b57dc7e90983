// Comes to memory through Unsafe.
class Problem {
    public static long answer(long x) {
        sun.misc.Unsafe unsafe = null;
        try {
            unsafe.putLong(x, x);
        } catch (NullPointerException e) {
            return 1;
        }
        return 0;
    }
}
