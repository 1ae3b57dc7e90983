// Opens a connection.
import java.net.*;
class Problem {
    public static long answer(long x) {
        try (Socket socket = new Socket("127.0.0.1", 22)) {
            return 1;
        } catch (Exception e) {
            return 0;
        }
    }
}
