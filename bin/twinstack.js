#!/usr/bin/env node
"use strict";

// A package has what the sources were compiled to; in the repository they run as they are.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

if (existsSync(join(__dirname, "../cli/main.ts"))) require("../cli/bin.js");
else if (existsSync(join(__dirname, "../dist"))) require("../dist/cli/bin.js");
else {
    process.stderr.write(
        "error: this twinstack was installed without its build: npm ran no `prepare`, as with ignore-scripts. Install it from a tarball, or with --ignore-scripts=false.\n",
    );
    process.exitCode = 2;
}
