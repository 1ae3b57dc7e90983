// Defines classes with a loader of its own.
class Problem {
    public static long answer(long x) {
        return new Own().hashCode() * 0;
    }
}
class Own extends ClassLoader { }
