// Writes a file through a class of its own.
import java.io.*;
class Problem {
    public static long answer(long x) {
        try (Own out = new Own()) {
            out.println(x);
        } catch (Exception e) {
            return 1;
        }
        return 0;
    }
}
class Own extends PrintStream {
    Own() throws IOException { super("/tmp/found"); }
}
