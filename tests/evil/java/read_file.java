// Reads a file of the machine.
import java.nio.file.*;
class Problem {
    public static long answer(long x) {
        try {
            return Files.readString(Path.of("/etc/passwd")).length() * 0;
        } catch (Exception e) {
            return 1;
        }
    }
}
