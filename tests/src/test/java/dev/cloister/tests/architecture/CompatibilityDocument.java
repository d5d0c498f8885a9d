package dev.cloister.tests.architecture;

import dev.cloister.api.facts.OperationFacts;
import dev.cloister.api.facts.ServiceFacts;
import dev.cloister.api.facts.Shape;
import dev.cloister.functions.wire.LambdaSupport;
import dev.cloister.functions.wire.LambdaSupport.MemberUse;
import dev.cloister.functions.wire.LambdaSupport.OperationUse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Writes docs/aws-compatibility.md from the table that requests are held to. */
final class CompatibilityDocument {
    private static final MemberUse ACTS = new MemberUse(MemberUse.Kind.ACTS, "");
    private static final String HEAD =
            """
            # Compatibility with AWS Lambda

            Every operation of Lambda's API (version 2015-03-31), and every member of every request. This
            page is made from the table that the server itself goes by (`support/lambda.txt` in the module
            `functions`); a test fails when the two differ. Nothing is accepted and then ignored: what a
            request says either acts, or is kept for machinery that this page names, or is refused.

            | Word | Meaning |
            | --- | --- |
            | acts | does what Amazon's documentation says |
            | kept | checked, stored and returned; acts as soon as what the note names is there |
            | checked | goes through AWS's own checks and is then refused |
            | refused | answered with a clear "not available in this version" |
            """;

    private final LambdaSupport support;
    private final ServiceFacts facts;

    CompatibilityDocument(LambdaSupport support, ServiceFacts facts) {
        this.support = support;
        this.facts = facts;
    }

    String text() {
        Map<String, OperationUse> operations = new TreeMap<>(support.operations());
        long served =
                operations.values().stream().filter(OperationUse.Served.class::isInstance).count();
        StringBuilder text = new StringBuilder(HEAD);
        text.append("\n## Operations\n\n")
                .append(served)
                .append(" of ")
                .append(operations.size())
                .append(" operations are served.\n\n| Operation | |\n| --- | --- |\n");
        operations.forEach(
                (name, use) ->
                        text.append("| ")
                                .append(name)
                                .append(" | ")
                                .append(
                                        switch (use) {
                                            case OperationUse.Served() -> "served";
                                            case OperationUse.Later(String with) ->
                                                    "not available in this version; comes with "
                                                            + with;
                                        })
                                .append(" |\n"));
        text.append("\n## Members of requests\n");
        facts.operations().values().stream()
                .sorted(Comparator.comparing(OperationFacts::name))
                .filter(each -> operations.get(each.name()) instanceof OperationUse.Served)
                .forEach(each -> appendOperation(text, each));
        return text.toString();
    }

    private void appendOperation(StringBuilder text, OperationFacts operation) {
        List<String> rows = new ArrayList<>();
        operation.input().ifPresent(input -> collect(input, "", ACTS, rows, new HashSet<>()));
        text.append("\n### ").append(operation.name()).append("\n\n");
        if (rows.isEmpty()) {
            text.append("Takes nothing.\n");
            return;
        }
        text.append("| Member | | |\n| --- | --- | --- |\n");
        rows.forEach(text::append);
    }

    /**
     * @param outer the use of the member that holds this: nothing inside acts where it doesn't
     */
    private void collect(
            String shape, String path, MemberUse outer, List<String> rows, Set<String> open) {
        switch (facts.shape(shape).orElseThrow()) {
            case Shape.Structure structure -> {
                if (open.add(shape)) {
                    structure.members().values().stream()
                            .sorted(Comparator.comparing(Shape.Member::name))
                            .forEach(member -> collect(structure, member, path, outer, rows, open));
                    open.remove(shape);
                }
            }
            case Shape.ListOf list -> collect(list.member(), path, outer, rows, open);
            case Shape.MapOf map -> collect(map.value(), path, outer, rows, open);
            case Shape.Text _, Shape.Numeric _, Shape.Blob _, Shape.Plain _ -> {
                // has no members
            }
        }
    }

    private void collect(
            Shape.Structure structure,
            Shape.Member member,
            String path,
            MemberUse outer,
            List<String> rows,
            Set<String> open) {
        MemberUse own = support.member(structure.name(), member.name());
        MemberUse use = outer.kind() == MemberUse.Kind.ACTS ? own : outer;
        rows.add(
                "| %s%s | %s | %s |\n"
                        .formatted(
                                path,
                                member.name(),
                                use.kind().name().toLowerCase(Locale.ROOT),
                                use.note()));
        if (use.kind() != MemberUse.Kind.REFUSED) {
            collect(member.shape(), path + member.name() + ".", use, rows, open);
        }
    }
}
