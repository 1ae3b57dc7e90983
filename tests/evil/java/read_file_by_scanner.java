// Reads a file of the machine through a scanner.
import java.io.*;
import java.util.*;
class Problem {
    public static long answer(long x) {
        try (Scanner in = new Scanner(new File("/etc/passwd"))) {
            return in.nextLine().length() * 0;
        } catch (Exception e) {
            return 1;
        }
    }
}
