// Starts a process.
class Problem {
    public static long answer(long x) {
        try {
            return new ProcessBuilder("/bin/true").start().pid() * 0;
        } catch (Exception e) {
            return 0;
        }
    }
}
