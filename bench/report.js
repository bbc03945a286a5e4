"use strict";

const seconds = (value) => value.toFixed(2);

/** Rows as text, columns aligned: the first to the left, the others to the right. */
function table(rows) {
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    return rows
        .map((row) => row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))))
        .map((row) => `  ${row.join("   ").trimEnd()}\n`)
        .join("");
}

/** Everything measured, for a terminal. */
function text({ machine, groups, goals }) {
    const blocks = groups.map(({ title, rows }) => {
        const head = ["", "wall s", "min–max", "CPU s", "peak MiB", "resources", "runs"];
        const body = rows.map((row) => [
            row.title,
            seconds(row.seconds),
            `${seconds(row.min)}–${seconds(row.max)}`,
            seconds(row.cpuSeconds),
            row.peakMiB.toFixed(0),
            String(row.resources ?? ""),
            String(row.runs),
        ]);
        return `${title}\n${table([head, ...body])}`;
    });
    const verdict = ({ limit, pass }) => (limit === undefined ? ["", ""] : [`≤ ${limit}`, pass ? "pass" : "MISS"]);
    const judged = goals.map((goal) => [goal.title, goal.value.toFixed(2), ...verdict(goal)]);
    return [`${machine}\n`, ...blocks, `Ratios of medians\n${table([["", "measured", "goal", ""], ...judged])}`].join(
        "\n",
    );
}

/** The same in short, for README.md: a line for each comparison, and the goals that were missed. */
function markdown({ machine, groups, goals }) {
    const measured = new Map(groups.flatMap(({ rows }) => rows.map((row) => [row.id, row])));
    const cell = (id) => {
        const row = measured.get(id);
        return row ? `${seconds(row.seconds)} s, ${row.peakMiB.toFixed(0)} MiB` : "";
    };
    const line = (title, ...ids) => `| ${title} | ${ids.map(cell).join(" | ")} |`;
    const sizes = [10, 100, 500].filter((count) => measured.has(`twinstack ${count}`));
    const missed = goals
        .filter(({ pass }) => pass === false)
        .map(({ title, value }) => `${title} (${value.toFixed(2)})`);
    return [
        `${machine}. ${missed.length ? `Missed: ${missed.join("; ")}.` : "All goals that were measured are met."}\n`,
        "| | twinstack | aws-cdk without validation | aws-cdk by default |\n|---|--:|--:|--:|",
        line("todo in prod, AWS", "twinstack aws", "cdk 1", "cdk 1 validation"),
        line("todo in prod, GCP", "twinstack gcp", "", ""),
        line("AWS, empty cache", "twinstack first", "", ""),
        ...sizes.map((count) =>
            line(`${count} services`, `twinstack ${count}`, `cdk ${count}`, `cdk ${count} validation`),
        ),
        ...(measured.has("engine")
            ? [line("`pulumi preview` (right: type-checked)", "engine", "", "engine default")]
            : []),
        "",
    ].join("\n");
}

module.exports = { text, markdown };
