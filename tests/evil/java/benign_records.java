// Records, enums with bodies, sealed interfaces, text blocks, switch expressions.
class Problem {
    public static long answer(long x) {
        Shape shape = x > 5 ? new Square(x) : new Circle(x);
        Kind kind = shape instanceof Square square ? Kind.SQUARE : Kind.valueOf("CIRCLE");
        String text = """
            one
            two""";
        long more = switch (kind) {
            case SQUARE -> kind.more() - 1;
            case CIRCLE -> text.lines().count() - 1;
        };
        return (new Square(x).equals(new Square(x)) ? shape.size() : 0) + more;
    }
}
sealed interface Shape permits Square, Circle {
    long size();
}
record Square(long size) implements Shape { }
record Circle(long size) implements Shape { }
enum Kind {
    SQUARE { @Override long more() { return 2; } },
    CIRCLE;
    long more() { return 1; }
}
