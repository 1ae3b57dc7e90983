// Declares a class with the first part of the host's name.
class Problem {
    public static long answer(long x) {
        return 0;
    }
}
class codereflect {
    static class sandbox {
        static class Guard { }
    }
}
