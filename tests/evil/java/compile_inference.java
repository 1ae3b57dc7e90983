// Has the compiler infer types in a way that multiplies its work with every level.
import java.util.function.Supplier;
class Problem {
    static <T> T pick(Supplier<T> one) { return null; }

    static <T> T pick(Supplier<T> one, T... more) { return null; }

    public static long answer(long x) {
        Object found = true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return true ? pick(() -> { return 0L; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null; }) : null;
        return 0;
    }
}
