// Threads, pools, atomics, locks.
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
class Problem {
    public static long answer(long x) {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            AtomicLong sum = new AtomicLong(x);
            List<Future<Integer>> found = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int part = i;
                found.add(pool.submit(() -> part));
            }
            for (Future<Integer> one : found) {
                sum.addAndGet(one.get());
            }
            Thread thread = new Thread(() -> sum.addAndGet(-5));
            thread.setDaemon(true);
            thread.start();
            thread.join();
            return CompletableFuture.supplyAsync(sum::get).get();
        } catch (InterruptedException | ExecutionException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            pool.shutdown();
        }
    }
}
