// Measures time, sleeps a little, asks for the machine's memory and cores.
class Problem {
    public static long answer(long x) {
        long before = System.nanoTime() + System.currentTimeMillis() * 0;
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime runtime = Runtime.getRuntime();
        boolean good = System.nanoTime() > before && runtime.availableProcessors() > 0 && runtime.maxMemory() > 0;
        return x + (good ? 1 : 0);
    }
}
