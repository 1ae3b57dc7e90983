// Takes memory outside the heap without end.
class Problem {
    public static long answer(long x) {
        java.util.List<java.nio.ByteBuffer> kept = new java.util.ArrayList<>();
        while (true) {
            kept.add(java.nio.ByteBuffer.allocateDirect(1 << 20));
        }
    }
}
