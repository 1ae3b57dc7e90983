// Has assertions of its own, and a main method that is never called.
class Problem {
    public static void main(String[] arguments) {
        System.out.println(answer(1));
    }

    public static long answer(long x) {
        assert x > 0 : "positive";
        return x + 1;
    }
}
