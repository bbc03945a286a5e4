/** Actions of others, each by the commit that its tag named: a tag can be moved, a commit cannot. */
export const actions = {
    auth: ["google-github-actions/auth", "7c6bc770dae815cd3e89ee6cdf493a5fab2cc093", "v3.0.0"],
    awsCredentials: ["aws-actions/configure-aws-credentials", "e6de054238d6b7531b4efff3b6587d9aade6a06c", "v6.2.3"],
    buildImage: ["docker/build-push-action", "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a", "v7.3.0"],
    buildx: ["docker/setup-buildx-action", "37fe631027851001ddb9b187196cc803df7f5f0e", "v4.3.0"],
    cache: ["actions/cache", "27d5ce7f107fe9357f9df03efb73ab90386fccae", "v5.0.5"],
    checkout: ["actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"],
    downloadArtifact: ["actions/download-artifact", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"],
    pathsFilter: ["dorny/paths-filter", "7b450fff21473bca461d4b92ce414b9d0420d706", "v4.0.2"],
    pulumi: ["pulumi/actions", "8e5e406f4007fca908480587cb9893c07090f58d", "v7.0.0"],
    qemu: ["docker/setup-qemu-action", "96fe6ef7f33517b61c61be40b68a1882f3264fb8", "v4.2.0"],
    setupGo: ["actions/setup-go", "b7ad1dad31e06c5925ef5d2fc7ad053ef454303e", "v7.0.0"],
    setupNode: ["actions/setup-node", "820762786026740c76f36085b0efc47a31fe5020", "v7.0.0"],
    setupPython: ["actions/setup-python", "5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"],
    trivy: ["aquasecurity/trivy-action", "ed142fd0673e97e23eac54620cfb913e5ce36c25", "v0.36.0"],
    uploadArtifact: ["actions/upload-artifact", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0"],
} as const satisfies Record<string, readonly [repository: string, commit: string, version: string]>;

export type Action = keyof typeof actions;

/** Tools that steps install by name, each at a version. */
export const tools = {
    pulumi: "3.274.1",
    pipAudit: "2.10.1",
    govulncheck: "v1.9.0",
    python: "3.12",
} as const;
