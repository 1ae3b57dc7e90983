// Exceptions thrown, caught, declared; finally; own exception classes; try with resources.
class Problem {
    public static long answer(long x) {
        try (Resource resource = new Resource()) {
            throw new Own("no", x);
        } catch (Own error) {
            try {
                Object text = "text";
                return (Integer) text;
            } catch (ClassCastException second) {
                return error.value + (error.getMessage().length() - 1);
            }
        } finally {
            Resource.closed++;
        }
    }
}
class Own extends Exception {
    final long value;
    Own(String message, long value) { super(message); this.value = value; }
}
class Resource implements AutoCloseable {
    static int closed;
    @Override public void close() { closed++; }
}
