package codereflect.sandbox;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the vetting reads of a class file (The Java Virtual Machine Specification, chapter 4). */
final class ClassFile {
    static final int PUBLIC = 1;
    static final int PRIVATE = 2;
    static final int PROTECTED = 4;
    static final int STATIC = 8;
    static final int NATIVE = 0x100;

    /** A reference to a field or method of another class, or of this one. */
    record Member(String owner, String name, String descriptor) {}

    /**
     * A field or method that this class declares; `offset` is where its access flags stand, `more` its generic
     * signature and the exceptions it declares.
     */
    record Declared(int flags, String name, String descriptor, int offset, String more) {}

    final byte[] bytes;
    final String name;
    final String parent;
    final int flags;
    final int flagsOffset;
    final List<String> interfaces = new ArrayList<>();
    final List<String> classes = new ArrayList<>();
    final List<Member> members = new ArrayList<>();
    final List<Declared> methods = new ArrayList<>();
    /** Owners and names of the methods that dynamic calls and constants are linked by. */
    final List<Member> bootstraps = new ArrayList<>();
    /** Whether the class itself has type parameters or generic ancestors. */
    boolean generic;
    private final Object[] pool;
    private final int[] tags;

    ClassFile(byte[] bytes) throws IOException {
        this.bytes = bytes;
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        in.skipNBytes(8);
        int count = in.readUnsignedShort();
        pool = new Object[count];
        tags = new int[count];
        for (int i = 1; i < count; i++) {
            i += constant(in, i);
        }
        resolve();
        flagsOffset = bytes.length - in.available();
        flags = in.readUnsignedShort();
        name = className(in.readUnsignedShort());
        parent = className(in.readUnsignedShort());
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            interfaces.add(className(in.readUnsignedShort()));
        }
        declared(in, new ArrayList<>());
        declared(in, methods);
        attributes(in);
    }

    /** Reads one entry of the constant pool; 1 where it takes two places. */
    private int constant(DataInputStream in, int index) throws IOException {
        int tag = in.readUnsignedByte();
        tags[index] = tag;
        switch (tag) {
            case 1 -> pool[index] = in.readUTF();
            case 3, 4 -> in.readInt();
            case 5, 6 -> {
                in.readLong();
                return 1;
            }
            case 7, 8, 16 -> pool[index] = new int[] {in.readUnsignedShort()};
            case 9, 10, 11, 12, 17, 18 -> pool[index] = new int[] {in.readUnsignedShort(), in.readUnsignedShort()};
            case 15 -> pool[index] = new int[] {in.readUnsignedByte(), in.readUnsignedShort()};
            default -> throw new IOException("constant of kind " + tag);
        }
        return 0;
    }

    private void resolve() {
        for (int i = 1; i < pool.length; i++) {
            switch (tags[i]) {
                case 7 -> classes.add(className(i));
                case 9, 10, 11 -> members.add(member(i));
                default -> { }
            }
        }
    }

    private Member member(int index) {
        int[] pair = (int[]) pool[index];
        int[] nameAndType = (int[]) pool[pair[1]];
        return new Member(className(pair[0]), (String) pool[nameAndType[0]], (String) pool[nameAndType[1]]);
    }

    private String className(int index) {
        return index == 0 ? null : (String) pool[((int[]) pool[index])[0]];
    }

    private void declared(DataInputStream in, List<Declared> found) throws IOException {
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            int offset = bytes.length - in.available();
            int access = in.readUnsignedShort();
            String called = (String) pool[in.readUnsignedShort()];
            String descriptor = (String) pool[in.readUnsignedShort()];
            found.add(new Declared(access, called, descriptor, offset, more(in)));
        }
    }

    private String more(DataInputStream in) throws IOException {
        StringBuilder told = new StringBuilder();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            String kind = (String) pool[in.readUnsignedShort()];
            int length = in.readInt();
            if (kind.equals("Signature")) {
                told.append(pool[in.readUnsignedShort()]);
            } else if (kind.equals("Exceptions")) {
                for (int thrown = in.readUnsignedShort(); thrown > 0; thrown--) {
                    told.append("^L").append(className(in.readUnsignedShort())).append(';');
                }
            } else {
                in.skipNBytes(length);
            }
        }
        return told.toString();
    }

    private void attributes(DataInputStream in) throws IOException {
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            String kind = (String) pool[in.readUnsignedShort()];
            int length = in.readInt();
            generic |= kind.equals("Signature");
            if (!kind.equals("BootstrapMethods")) {
                in.skipNBytes(length);
                continue;
            }
            for (int more = in.readUnsignedShort(); more > 0; more--) {
                bootstraps.add(member(((int[]) pool[in.readUnsignedShort()])[1]));
                in.skipNBytes(2L * in.readUnsignedShort());
            }
        }
    }

    /**
     * Makes the class public, and its constructors and its methods of one name too, as far as the tests may call them
     * in their package: they live in another class loader. A private static method is opened, as it can have no heirs.
     */
    void open(String method) {
        bytes[flagsOffset + 1] |= PUBLIC;
        for (Declared one : methods) {
            boolean called = one.name().equals(method) || one.name().equals("<init>");
            if (called && (one.flags() & (STATIC | PRIVATE)) != PRIVATE) {
                bytes[one.offset() + 1] = (byte) (one.flags() & ~(PRIVATE | PROTECTED) | PUBLIC);
            }
        }
    }
}
