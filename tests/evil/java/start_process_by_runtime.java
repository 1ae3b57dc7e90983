// Starts a process through the runtime.
class Problem {
    public static long answer(long x) {
        try {
            return Runtime.getRuntime().exec("true").pid() * 0;
        } catch (Exception e) {
            return 0;
        }
    }
}
