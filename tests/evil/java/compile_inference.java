// Has the compiler infer types in a way that doubles its work with every level.
import java.util.concurrent.Callable;
import java.util.function.Supplier;
class Problem {
    static <T> T pick(Callable<T> one) { return null; }

    static <T> T pick(Supplier<T> one) { return null; }

    public static long answer(long x) {
        Object found = pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> pick(() -> 0L))))))))))))))))))))));
        return 0;
    }
}
