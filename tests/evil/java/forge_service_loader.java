// Has the JDK load a class by its name.
class Problem {
    public static long answer(long x) {
        return java.util.ServiceLoader.load(Runnable.class).findFirst().isPresent() ? 1 : 0;
    }
}
