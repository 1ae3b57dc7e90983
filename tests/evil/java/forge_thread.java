// Interrupts and outlives the tests with a thread that never ends.
class Problem {
    public static long answer(long x) {
        Thread tests = Thread.currentThread();
        Thread thread = new Thread(() -> {
            while (true) {
                tests.interrupt();
            }
        });
        thread.start();
        return 0;
    }
}
