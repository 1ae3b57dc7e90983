package codereflect.sandbox;

import com.sun.source.tree.AssertTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import com.sun.source.util.JavacTask;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rewrites the text of tests so that every call of the program's method passes through `Guard`. No line is added, so
 * that the numbers of lines stay as they were.
 */
final class Rewriter extends TreeScanner<Void, Void> {
    private static final String GUARD = "codereflect.sandbox.Guard.";

    private final String text;
    private final String owner;
    private final String method;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final Map<Integer, String> insertions = new TreeMap<>();
    private final Set<Tree> qualifiers = new HashSet<>();
    private int marks;
    private boolean ownMethod;
    /** Names that the text uses: classes of the program that have one of them would hide what the tests mean. */
    final Set<String> names = new HashSet<>(Set.of("codereflect"));
    /** Per line of an assertion its text, and the text of what was expected where that can be told. */
    final Map<String, List<String>> assertions = new LinkedHashMap<>();
    /** Whether the text names the program's class otherwise than to call the tested method. */
    boolean usesMore;
    final String rewritten;
    String mainClass;

    Rewriter(JavacTask task, CompilationUnitTree unit, String text, String owner, String method) {
        this.text = text;
        this.owner = owner;
        this.method = method;
        this.unit = unit;
        this.positions = Trees.instance(task).getSourcePositions();
        for (Tree type : unit.getTypeDecls()) {
            if (type instanceof ClassTree one) {
                ownMethod |= declares(one, method);
                if (mainClass == null && declares(one, "main")) {
                    mainClass = one.getSimpleName().toString();
                }
            }
        }
        scan(unit, null);
        StringBuilder out = new StringBuilder();
        int last = 0;
        for (Map.Entry<Integer, String> one : insertions.entrySet()) {
            out.append(text, last, one.getKey()).append(one.getValue());
            last = one.getKey();
        }
        rewritten = out.append(text, last, text.length()).toString();
    }

    private static boolean declares(ClassTree type, String name) {
        return type.getMembers().stream().anyMatch(m -> m instanceof MethodTree one && one.getName().contentEquals(name));
    }

    private int start(Tree tree) {
        return (int) positions.getStartPosition(unit, tree);
    }

    private int end(Tree tree) {
        return (int) positions.getEndPosition(unit, tree);
    }

    private String source(Tree tree) {
        return text.substring(start(tree), end(tree));
    }

    /** What opens outside stands left of what opens inside at the same place; the outer is visited first. */
    private void open(int place, String what) {
        insertions.merge(place, what, (before, now) -> before + now);
    }

    /** What closes inside stands left of what closes outside; the outer is visited first. */
    private void close(int place, String what) {
        insertions.merge(place, what, (before, now) -> now + before);
    }

    @Override
    public Void visitIdentifier(IdentifierTree tree, Void nothing) {
        names.add(tree.getName().toString());
        usesMore |= tree.getName().contentEquals(owner) && !qualifiers.contains(tree);
        return super.visitIdentifier(tree, nothing);
    }

    @Override
    public Void visitAssert(AssertTree tree, Void nothing) {
        String line = String.valueOf(unit.getLineMap().getLineNumber(start(tree)));
        ExpressionTree expected = expected(bare(tree.getCondition()));
        if (expected != null) {
            open(start(expected), GUARD + "expect(");
            close(end(expected), ")");
        }
        assertions.putIfAbsent(line,
            expected == null ? List.of(source(tree)) : List.of(source(tree), source(bare(expected))));
        return super.visitAssert(tree, nothing);
    }

    private static ExpressionTree bare(ExpressionTree tree) {
        return tree instanceof ParenthesizedTree inner ? bare(inner.getExpression()) : tree;
    }

    /** The side of a comparison that the program's method is not on. */
    private ExpressionTree expected(ExpressionTree condition) {
        ExpressionTree left = null;
        ExpressionTree right = null;
        if (condition instanceof BinaryTree pair && condition.getKind() == Tree.Kind.EQUAL_TO) {
            left = pair.getLeftOperand();
            right = pair.getRightOperand();
        } else if (condition instanceof MethodInvocationTree call && call.getArguments().size() == 1
            && call.getMethodSelect() instanceof MemberSelectTree select
            && select.getIdentifier().contentEquals("equals")) {
            left = select.getExpression();
            right = call.getArguments().get(0);
        }
        if (left == null || isCall(bare(left)) == isCall(bare(right))) {
            return null;
        }
        return isCall(bare(left)) ? right : left;
    }

    /** Whether an expression calls the program's method, itself. */
    private boolean isCall(ExpressionTree tree) {
        if (!(tree instanceof MethodInvocationTree call)) {
            return false;
        }
        ExpressionTree select = call.getMethodSelect();
        if (select instanceof IdentifierTree name) {
            return !ownMethod && name.getName().contentEquals(method);
        }
        return select instanceof MemberSelectTree member && member.getIdentifier().contentEquals(method);
    }

    @Override
    public Void visitExpressionStatement(ExpressionStatementTree tree, Void nothing) {
        if (!isCall(tree.getExpression())) {
            return super.visitExpressionStatement(tree, nothing);
        }
        String mark = "mark$" + marks++;
        open(start(tree), "{ int " + mark + " = " + GUARD + "mark(); ");
        close(end(tree), " " + GUARD + "done(" + mark + "); }");
        passArguments((MethodInvocationTree) tree.getExpression());
        return super.visitMethodInvocation((MethodInvocationTree) tree.getExpression(), nothing);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree tree, Void nothing) {
        if (isCall(tree)) {
            open(start(tree), GUARD + "result(" + GUARD + "mark(), ");
            close(end(tree), ")");
            passArguments(tree);
        }
        return super.visitMethodInvocation(tree, nothing);
    }

    private void passArguments(MethodInvocationTree tree) {
        if (tree.getMethodSelect() instanceof IdentifierTree) {
            open(start(tree), owner + ".");
        } else if (((MemberSelectTree) tree.getMethodSelect()).getExpression() instanceof IdentifierTree qualifier) {
            qualifiers.add(qualifier);
        }
        for (ExpressionTree argument : tree.getArguments()) {
            ExpressionTree inner = bare(argument);
            if (!(inner instanceof LambdaExpressionTree) && !(inner instanceof MemberReferenceTree)) {
                open(start(argument), GUARD + "arg(");
                close(end(argument), ")");
            }
        }
    }
}
