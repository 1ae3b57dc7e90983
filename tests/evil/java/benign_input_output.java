// Prints, formats, reads an empty standard input.
import java.io.*;
import java.util.*;
class Problem {
    public static long answer(long x) {
        System.out.println("x = " + x);
        System.out.printf("%5.2f%n", 1.5);
        System.err.print('c');
        try (Scanner in = new Scanner(System.in)) {
            StringWriter text = new StringWriter();
            new PrintWriter(text, true).printf("%d", x);
            BufferedReader lines = new BufferedReader(new StringReader(text.toString()));
            return in.hasNextLine() ? 0 : Long.parseLong(lines.readLine()) + 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
