// Writes a file through a constructor that takes its name as text.
import java.io.*;
class Problem {
    public static long answer(long x) {
        try (PrintWriter out = new PrintWriter("/tmp/found")) {
            out.println(x);
        } catch (Exception e) {
            return 1;
        }
        return 0;
    }
}
