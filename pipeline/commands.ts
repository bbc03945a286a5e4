/**
 * What the steps of a pipeline run, whoever runs them: Bash, as `bash -eo pipefail` takes it. What a command is told comes by
 * environment variables alone, so that nothing that somebody else wrote is ever read as a command.
 */
export interface Command {
    name: string;
    run: string;
    /** Variables that it is told. */
    env: readonly string[];
}

const command = (name: string, env: readonly string[], ...lines: string[]): Command => ({
    name,
    env,
    run: `${lines.join("\n")}\n`,
});

/**
 * Posts `comment.md` in pull request `$NUMBER`, in place of our last comment with `$MARKER`. Control characters go, nobody is called by
 * an `@`, and what is longer than a comment is cut.
 */
const upsert = [
    "{",
    '  echo "$MARKER"',
    '  head -c 60000 comment.md | { grep -vxF -- "$MARKER" || true; } |',
    String.raw`    tr -d '\000-\010\013-\037\177' | sed $'s/@/@\xe2\x80\x8b/g'`,
    "} > body.md",
    'id=$(gh api --paginate "repos/$REPOSITORY/issues/$NUMBER/comments" |',
    `  jq -rs '[.[][] | select(.user.login == "github-actions[bot]" and (.body | startswith(env.MARKER))) | .id][0] // empty')`,
    'if [ -n "$id" ]; then',
    '  gh api --method PATCH "repos/$REPOSITORY/issues/comments/$id" -F body=@body.md --silent',
    "else",
    '  gh api --method POST "repos/$REPOSITORY/issues/$NUMBER/comments" -F body=@body.md --silent',
    "fi",
];

/** Exactly what the lock file says, without scripts of others on the way where none are needed. */
export const installPackages = command("Packages", [], "npm ci --no-audit --no-fund");

export const runScript = (script: string): Command => command(script, [], `npm run ${script}`);

/** Writes `review/` and answers 2 or 3 where somebody has to look. */
export const review = (twinstack: string): Command =>
    command("Plan, difference, cost, budget", ["BASE"], `${twinstack} pipeline review --base "$BASE" --out review`);

/** Shows the review in the run itself, and keeps it with the pull request's number for whoever comments. */
export const keepReview = command(
    "Keep the result",
    ["NUMBER"],
    "[ -f review/comment.md ] || exit 0",
    'cat review/comment.md >> "$GITHUB_STEP_SUMMARY"',
    'printf %s "$NUMBER" > review/number',
);

/** Fails unless each of `RESULTS` succeeded, or had nothing to do. */
export const allPassed = command(
    "Whether all of it passed",
    ["RESULTS"],
    'echo "$RESULTS"',
    "for result in $RESULTS; do",
    '  case "$result" in success | skipped) ;; *) exit 1 ;; esac',
    "done",
);

export const testScript = (file: string): Command => command("Tests", [], `./${file}`);
export const installUnlocked = command("Packages", [], "npm install --no-audit --no-fund --no-package-lock");
export const testNode = command(
    "Lint, types and tests",
    [],
    "npm run lint --if-present",
    "npm run typecheck --if-present",
    "npm test --if-present",
);
export const testGo = command("Vet and test", [], "go vet ./...", "go test ./...");
export const installPython = (requirements: string[]): Command =>
    command(
        "Packages",
        [],
        ...(requirements.length > 0
            ? requirements.map((file) => `python -m pip install --disable-pip-version-check -r ${file}`)
            : ["python -m pip install --disable-pip-version-check ."]),
        "python -m pytest --version || python -m pip install --disable-pip-version-check pytest",
    );
export const testPython = command("Tests", [], "python -m pytest");

/**
 * Posts what a check left behind as a comment, or in place of the last one. The check ran what somebody else wrote, so nothing of it is
 * believed: the pull request has to be the one whose commit was checked, what is posted is text of a bounded length, and nobody is called by it.
 */
export const postReview = command(
    "Comment",
    ["ARTIFACT", "GH_TOKEN", "HEAD_SHA", "REPOSITORY", "RUN_ID"],
    'size=$(gh api "repos/$REPOSITORY/actions/runs/$RUN_ID/artifacts" |',
    `  jq -r 'first(.artifacts[] | select(.name == env.ARTIFACT) | .size_in_bytes) // empty')`,
    'if [ -z "$size" ]; then echo "::notice::The check left no result."; exit 0; fi',
    'if [ "$size" -gt 200000 ]; then echo "::error::The result has $size bytes, more than any comment."; exit 1; fi',
    'gh run download "$RUN_ID" --repo "$REPOSITORY" --name "$ARTIFACT" --dir review',
    "for file in review/number review/comment.md; do",
    '  if [ -L "$file" ] || [ ! -f "$file" ]; then echo "::error::$file is no file."; exit 1; fi',
    "done",
    "number=$(head -c 12 review/number)",
    'case "$number" in "" | *[!0-9]*) echo "::error::That is no number of a pull request."; exit 1 ;; esac',
    `head=$(gh api "repos/$REPOSITORY/pulls/$number" | jq -r 'select(.state == "open") | .head.sha')`,
    'if [ "$head" != "$HEAD_SHA" ]; then echo "::notice::Pull request $number is closed, or has another commit by now."; exit 0; fi',
    "mv review/comment.md comment.md",
    'export NUMBER="$number" MARKER="<!-- twinstack: review -->"',
    ...upsert,
);
