/** How GitHub Actions says who it is (https://docs.github.com/actions/reference/security/oidc). */

export const githubIssuer = "token.actions.githubusercontent.com";

/** Role, or service account, as which workflows and the clouds' own pipelines deploy: an account has one, of a fixed name. */
export const deployRole = "twinstack-deploy";

/** Subjects of the tokens that jobs get: of a branch; but of an environment where the job names one. */
export const subjectsOf = (
    repository: string,
    { branches = [], environments = [] }: { branches?: string[]; environments?: string[] },
): string[] => [
    ...branches.map((branch) => `repo:${repository}:ref:refs/heads/${branch}`),
    ...environments.map((environment) => `repo:${repository}:environment:${environment}`),
];

/** The rest: of a pull request whose branch is in the repository itself. GitHub gives none to a fork. */
export const pullRequestOf = (repository: string): string => `repo:${repository}:pull_request`;
