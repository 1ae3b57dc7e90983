// Comes to reflection from an object, without naming its package.
class Problem {
    public static long answer(long x) {
        try {
            new Object().getClass().getMethods()[0].invoke(null);
        } catch (Exception e) {
            return 1;
        }
        return 0;
    }
}
