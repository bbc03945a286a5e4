import { ProblemsError, type Problem } from "../../topology/problems";

/** What was given to `import` cannot be read or written; each problem with its place. */
export class ImportError extends ProblemsError {
    constructor(problems: Problem[]) {
        super(problems, "the import");
        this.name = "ImportError";
        const blocks = problems.map(
            ({ path, found, allowed }) => `  ${path}\n    found    ${found}\n    allowed  ${allowed}`,
        );
        const many = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
        this.message = `${many} in what is to be imported:\n\n${blocks.join("\n\n")}\n`;
    }
}
