// Declares a class in a package of the JDK.
package java.lang;

class Problem {
    public static long answer(long x) {
        return 0;
    }
}
