import { step as command, updateRest, type Command } from "../topology/steps";

export { installPackages, testNode, type Command } from "../topology/steps";

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

/** Two thirds of the files of packages: whoever only runs them unpacks them sooner without. */
export const leaveOutTypes = command(
    "Leave out what only compilers and people read",
    [],
    String.raw`find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' -o -name '*.md' \) -delete`,
);

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

/** What the engine is told, whichever stack it is for. */
export const engineVariables = [
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_SKIP_UPDATE_CHECK",
] as const;
const onStack = [...engineVariables, "STACK"];

/**
 * Leaves `ready=true` where all of these variables are set. Where none is, nobody has set this up yet: that is said, and is no failure. Some
 * without the others are a mistake.
 */
export const whetherReady = (names: readonly string[]): Command =>
    command(
        "Whether it is set up",
        names,
        'missing="" given=""',
        `for name in ${names.join(" ")}; do`,
        '  if [ -n "${!name}" ]; then given="$given $name"; else missing="$missing $name"; fi',
        "done",
        'if [ -z "$missing" ]; then echo "ready=true" >> "$GITHUB_OUTPUT"; exit 0; fi',
        'if [ -n "$given" ]; then echo "::error::Variables of the repository that are not set:$missing"; exit 1; fi',
        'echo "::warning::Nothing is done with a cloud: variables of the repository that are not set:$missing. docs/pipelines.md of twinstack says how."',
        'echo "ready=false" >> "$GITHUB_OUTPUT"',
    );

/** Fails unless somebody has to approve what is deployed to an environment. */
export const whetherApproved = command(
    "Whether somebody has to approve it",
    ["ENVIRONMENT", "GH_TOKEN", "REPOSITORY", "UNREVIEWED"],
    'if [ "$UNREVIEWED" = true ]; then echo "::warning::$ENVIRONMENT is deployed without approval: DEPLOY_UNREVIEWED."; exit 0; fi',
    'rules=$(gh api "repos/$REPOSITORY/environments/$ENVIRONMENT" | jq \'[.protection_rules[]? | select(.type == "required_reviewers")] | length\') || rules=0',
    'if [ "$rules" -gt 0 ]; then exit 0; fi',
    'echo "::error::Environment $ENVIRONMENT has no required reviewers (Settings, Environments). Name some, or set the variable DEPLOY_UNREVIEWED to true."',
    "exit 1",
);

const up = 'pulumi up --stack "$STACK" --yes --non-interactive';

/**
 * Takes a stack to what the code says, and leaves `state`: `released` by a ship in steps, which goes back by itself if it is no good; `nothing` where
 * no image and no configuration of a service is another, and an update did the rest; `new` where the stack came up for the first time.
 */
export const deploy = (twinstack: string, budget: boolean): Command =>
    command(
        "Deploy",
        [...onStack, "FROM"],
        ...(budget ? [`${twinstack} cost --stack "$STACK" --check`] : []),
        'if ! pulumi stack output release --stack "$STACK" > /dev/null; then',
        `  ${up}`,
        '  echo "state=new" >> "$GITHUB_OUTPUT"',
        "  exit 0",
        "fi",
        "status=0",
        `${twinstack} ship --stack "$STACK" \${FROM:+--from "$FROM"} --yes --json > ship.json || status=$?`,
        `state=$(jq -r '.state // "invalid"' ship.json) || state=""`,
        'echo "state=$state" >> "$GITHUB_OUTPUT"',
        `jq -r '"\\(.state // "invalid") \\(.id // "")\\n\\n\\(.reason // .message // "")"' ship.json >> "$GITHUB_STEP_SUMMARY" || true`,
        'if [ "$status" -ne 0 ]; then exit "$status"; fi',
        'if [ "$state" != nothing ]; then exit 0; fi',
        "# What is not an image's is an ordinary update, unless data would be lost.",
        ...updateRest(twinstack),
    );

/** Leaves `url`, where the stack has one. */
export const urlOf = command(
    "Where it is",
    onStack,
    'url=$(pulumi stack output url --stack "$STACK" 2> /dev/null) || url=""',
    'echo "url=$url" >> "$GITHUB_OUTPUT"',
);

export const smoke = (twinstack: string): Command =>
    command("Smoke", onStack, `${twinstack} smoke --stack "$STACK" --retries 15`);

/** Takes back what was shipped. What went wrong earlier the ship has taken back itself. */
export const rollback = (twinstack: string): Command =>
    command("Take it back", onStack, `${twinstack} rollback --stack "$STACK" --yes`);

/**
 * Keeps one open issue for each title, with the last body; closes it where there is nothing to tell any more.
 * @param again whether those who follow it are told each time
 */
export const issue = (again: boolean): Command =>
    command(
        "Issue",
        ["BODY", "GH_TOKEN", "REPOSITORY", "TELL", "TITLE"],
        'number=$(gh issue list --repo "$REPOSITORY" --label twinstack --state open --limit 500 --json number,title |',
        "  jq -r 'first(.[] | select(.title == env.TITLE) | .number) // empty')",
        'if [ "$TELL" != true ]; then',
        '  if [ -n "$number" ]; then gh issue close "$number" --repo "$REPOSITORY" --comment "It is over."; fi',
        "  exit 0",
        "fi",
        'printf "%s\\n" "$BODY" | head -c 60000 > issue.md',
        'if [ -z "$number" ]; then',
        '  gh label create twinstack --repo "$REPOSITORY" --description "Told by twinstack\'s workflows" --force',
        '  gh issue create --repo "$REPOSITORY" --label twinstack --title "$TITLE" --body-file issue.md',
        ...(again
            ? ["else", '  gh issue comment "$number" --repo "$REPOSITORY" --body-file issue.md']
            : ["else", '  gh issue edit "$number" --repo "$REPOSITORY" --body-file issue.md']),
        "fi",
    );

/** Names of stacks as Pulumi lists them: with or without who owns them. */
const stackNames = `pulumi stack ls --json | jq -r '.[].name | split("/") | last'`;

/** Brings a preview up, or to what the branch says by now; leaves `cost`, as Markdown. */
export const previewUp = (twinstack: string, like: string, budget: boolean): Command =>
    command(
        "Bring it up",
        [...onStack, "PULUMI_SECRETS_PROVIDER"],
        `${twinstack} pipeline stack "$STACK" --like ${like}`,
        ...(budget ? [`${twinstack} cost --stack "$STACK" --check`] : []),
        'pulumi stack select --create "$STACK" --non-interactive ${PULUMI_SECRETS_PROVIDER:+--secrets-provider "$PULUMI_SECRETS_PROVIDER"}',
        up,
        "end=$(openssl rand -hex 12)",
        `{ echo "cost<<$end"; ${twinstack} cost --stack "$STACK" --markdown; echo "$end"; } >> "$GITHUB_OUTPUT"`,
    );

/** Takes a preview down, if there is one. */
export const previewDown = command(
    "Take it down",
    onStack,
    `if ! ${stackNames} | grep -qxF -- "$STACK"; then echo "There is no stack $STACK."; exit 0; fi`,
    'pulumi destroy --stack "$STACK" --yes --non-interactive --remove',
);

/** Takes down every preview whose pull request is closed or has no label any more, or that was not updated for `TTL_HOURS`. */
export const sweep = (label: string): Command =>
    command(
        "Take down what nobody needs",
        [...engineVariables, "GH_TOKEN", "REPOSITORY", "TTL_HOURS"],
        'failed=""',
        "stacks=$(pulumi stack ls --json)",
        `for stack in $(jq -r '.[].name | split("/") | last | select(test("^pr-[0-9]+$"))' <<< "$stacks"); do`,
        '  pull=$(gh pr view "${stack#pr-}" --repo "$REPOSITORY" --json state,labels,updatedAt)',
        `  updated=$(jq -r --arg stack "$stack" --argjson pull "$pull" 'first(.[] | select((.name | split("/") | last) == $stack) | .lastUpdate) // $pull.updatedAt' <<< "$stacks")`,
        '  hours=$((($(date +%s) - $(date -d "$updated" +%s)) / 3600))',
        `  if [ "$(jq -r .state <<< "$pull")" != OPEN ]; then why="its pull request is closed"`,
        `  elif ! jq -e 'any(.labels[]; .name == "${label}")' <<< "$pull" > /dev/null; then why="its pull request has no label ${label}"`,
        '  elif [ "$hours" -ge "$TTL_HOURS" ]; then why="nothing was pushed for $hours hours"',
        '  else echo "$stack stays: updated $hours hours ago"; continue; fi',
        '  echo "$stack goes: $why"',
        '  pulumi destroy --stack "$stack" --yes --non-interactive --remove || failed="$failed $stack"',
        "done",
        'if [ -n "$failed" ]; then echo "::error::Not taken down, and tried again tomorrow:$failed"; exit 1; fi',
    );

/** Says in the pull request where its preview is, and what it costs. */
export const postPreview = command(
    "Comment",
    ["COST", "GH_TOKEN", "NUMBER", "REPOSITORY", "TTL_HOURS", "URL"],
    "{",
    '  printf "## Preview pr-%s\\n\\n" "$NUMBER"',
    '  if [ -n "$URL" ]; then printf "%s\\n\\n" "$URL"; fi',
    '  printf "%s\\n\\n" "$COST"',
    '  printf "It goes when this is closed or loses its label, or when nothing was pushed for %s hours.\\n" "$TTL_HOURS"',
    "} > comment.md",
    'export MARKER="<!-- twinstack: preview -->"',
    ...upsert,
);

/** Leaves `drifted` and `report`. */
export const drift = (twinstack: string): Command =>
    command(
        "What is another than the code says",
        onStack,
        "status=0",
        `${twinstack} pipeline drift --stack "$STACK" > drift.md || status=$?`,
        'cat drift.md >> "$GITHUB_STEP_SUMMARY"',
        'case "$status" in 0) drifted=false ;; 3) drifted=true ;; *) exit "$status" ;; esac',
        "end=$(openssl rand -hex 12)",
        '{ echo "drifted=$drifted"; echo "report<<$end"; head -c 50000 drift.md; echo; echo "$end"; } >> "$GITHUB_OUTPUT"',
    );

export const auditNode = command("Packages", [], "npm audit --omit=dev --audit-level=high");
export const auditGo = (version: string): Command =>
    command("Modules", [], `go run golang.org/x/vuln/cmd/govulncheck@${version} ./...`);
export const auditPython = (version: string, files: string[]): Command =>
    command("Packages", [], ...files.map((file) => `pipx run pip-audit==${version} --requirement ${file}`));
