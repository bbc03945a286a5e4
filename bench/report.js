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

/** The same in short, for bench/README.md. */
function markdown({ machine, groups, goals }) {
    const measured = groups.flatMap(({ rows }) => rows);
    const rows = measured.map(
        ({ title, seconds: wall, min, max, peakMiB, resources }) =>
            `| ${title} | ${seconds(wall)} (${seconds(min)}–${seconds(max)}) | ${peakMiB.toFixed(0)} | ${resources ?? ""} |`,
    );
    const judged = goals.map(
        ({ title, value, limit, pass }) =>
            `| ${title} | ${value.toFixed(2)} | ${limit === undefined ? "" : `≤ ${limit}, ${pass ? "pass" : "**miss**"}`} |`,
    );
    return [
        `${machine}\n`,
        "| | wall s (min–max) | peak MiB | resources |\n|---|--:|--:|--:|",
        ...rows,
        "\n| ratio of medians | measured | goal |\n|---|--:|---|",
        ...judged,
        "",
    ].join("\n");
}

module.exports = { text, markdown };
