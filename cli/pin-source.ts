import ts from "typescript";

/**
 * Source with other references to images in it, each beside what it stands for: `reference: "nginx@sha256:…" /* nginx:1.29 *\/`. Only
 * what is plainly one is changed: a text that is a `reference`, or a constant.
 * @param pins what to write in place of a reference
 * @returns the source, and the references that were found in it
 */
export function pinSource(source: string, pins: ReadonlyMap<string, string>): { text: string; found: Set<string> } {
    const file = ts.createSourceFile("app.ts", source, ts.ScriptTarget.Latest, true);
    const found = new Set<string>();
    const edits: { from: number; to: number; text: string }[] = [];
    const visit = (node: ts.Node): void => {
        const pinned = ts.isStringLiteralLike(node) && isReference(node) ? pins.get(node.text) : undefined;
        if (pinned !== undefined && ts.isStringLiteralLike(node)) {
            found.add(node.text);
            edits.push({
                from: node.getStart(file),
                to: node.getEnd(),
                text: `${JSON.stringify(pinned)} /* ${node.text} */`,
            });
        }
        ts.forEachChild(node, visit);
    };
    visit(file);
    const text = edits.reduceRight(
        (before, edit) => before.slice(0, edit.from) + edit.text + before.slice(edit.to),
        source,
    );
    return { text, found };
}

/** Whether a text is the value of `reference`, or of a constant, perhaps with `as` or `satisfies` behind it. */
function isReference(node: ts.Node): boolean {
    const { parent } = node;
    if (ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent) || ts.isParenthesizedExpression(parent))
        return isReference(parent);
    if (ts.isVariableDeclaration(parent)) return parent.initializer === node;
    return (
        ts.isPropertyAssignment(parent) &&
        parent.initializer === node &&
        (ts.isIdentifier(parent.name) || ts.isStringLiteral(parent.name)) &&
        parent.name.text === "reference"
    );
}
