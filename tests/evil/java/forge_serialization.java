// Builds an object from bytes.
import java.io.*;
class Problem {
    public static long answer(long x) {
        try {
            return new ObjectInputStream(new ByteArrayInputStream(new byte[0])).readObject().hashCode() * 0;
        } catch (Exception e) {
            return 0;
        }
    }
}
