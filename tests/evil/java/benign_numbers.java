// Big numbers, mathematics, bits, random numbers with a seed, digests.
import java.math.*;
import java.util.Random;
import java.security.*;
import java.nio.charset.StandardCharsets;
class Problem {
    public static long answer(long x) {
        BigInteger big = BigInteger.TWO.pow(200).mod(BigInteger.valueOf(7));
        BigDecimal exact = new BigDecimal("0.1").setScale(3, RoundingMode.HALF_UP);
        Random random = new Random(1);
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256").digest("a".getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        boolean good = big.intValue() == 4 && exact.scale() == 3 && random.nextInt(5) < 5 && digest.length == 32;
        return x + (good ? Math.floorMod(-1, 2) : Long.bitCount(x));
    }
}
