// Starts threads without end.
class Problem {
    public static long answer(long x) {
        while (true) {
            Thread thread = new Thread(() -> {
                while (true) { }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}
