package codereflect.sandbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardLocation;

/** A compiler's view of files: the JDK, a few classes from memory, and nothing of the disk. */
final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, List<JavaFileObject>> packages = new HashMap<>();
    final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

    Memory(JavaFileManager jdk) {
        super(jdk);
    }

    /** Lets compiled units name a class (p.Name). */
    void add(String name, byte[] bytes) {
        String folder = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "";
        packages.computeIfAbsent(folder, one -> new ArrayList<>()).add(new Compiled(name, bytes));
    }

    /** The classes that were written, by name. */
    Map<String, byte[]> classes() {
        Map<String, byte[]> found = new LinkedHashMap<>();
        written.forEach((name, bytes) -> found.put(name, bytes.toByteArray()));
        return found;
    }

    @Override
    public Iterable<JavaFileObject> list(Location place, String folder, Set<JavaFileObject.Kind> kinds, boolean below)
            throws IOException {
        if (place == StandardLocation.CLASS_PATH) {
            return kinds.contains(JavaFileObject.Kind.CLASS) ? packages.getOrDefault(folder, List.of()) : List.of();
        }
        return place.isModuleOrientedLocation() || isOfJdk(place) ? super.list(place, folder, kinds, below) : List.of();
    }

    private static boolean isOfJdk(Location place) {
        return place == StandardLocation.SYSTEM_MODULES || place == StandardLocation.PLATFORM_CLASS_PATH
            || !(place instanceof StandardLocation);
    }

    @Override
    public boolean hasLocation(Location place) {
        return place == StandardLocation.CLASS_PATH || isOfJdk(place) && super.hasLocation(place);
    }

    @Override
    public String inferBinaryName(Location place, JavaFileObject file) {
        return file instanceof Compiled one ? one.name : super.inferBinaryName(place, file);
    }

    @Override
    public boolean isSameFile(FileObject one, FileObject other) {
        return one == other;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(Location place, String name, JavaFileObject.Kind kind, FileObject near) {
        return new SimpleJavaFileObject(URI.create("memory:/" + written.size() + ".class"), kind) {
            @Override
            public OutputStream openOutputStream() {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                written.put(name, bytes);
                return bytes;
            }
        };
    }

    @Override
    public void close() {
        // the JDK's part is shared by all compilations
    }

    /** A class file that was compiled before. */
    private static final class Compiled extends SimpleJavaFileObject {
        private final String name;
        private final byte[] bytes;

        Compiled(String name, byte[] bytes) {
            super(URI.create("memory:/" + name.replace('.', '/') + ".class"), Kind.CLASS);
            this.name = name;
            this.bytes = bytes;
        }

        @Override
        public InputStream openInputStream() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /** A source text. Its public class may have any name. */
    static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("memory:/" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreErrors) {
            return text;
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return true;
        }
    }
}
