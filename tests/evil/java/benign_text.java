// Text: builders, formats, regular expressions, dates, unicode, characters.
import java.util.regex.*;
import java.time.*;
import java.time.format.*;
class Problem {
    public static long answer(long x) {
        StringBuilder text = new StringBuilder();
        for (char c : "a1b2".toCharArray()) {
            text.append(Character.isDigit(c) ? "" : c).insert(0, '\u00e4');
        }
        Matcher found = Pattern.compile("(\\d+)").matcher(String.format("%03d", x));
        String day = LocalDate.of(2024, 2, 28).plusDays(1).format(DateTimeFormatter.ISO_DATE);
        return (found.find() ? Long.parseLong(found.group(1)) : 0) + (day.endsWith("29") && text.length() == 6 ? 1 : 0);
    }
}
