// Declares a class in the package of the host.
package codereflect.sandbox;

class Problem {
    public static long answer(long x) {
        return Guard.calls();
    }
}
