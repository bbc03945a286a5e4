#!/usr/bin/env node
"use strict";

// A package has what the sources were compiled to; in the repository they run as they are.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

require(existsSync(join(__dirname, "../cli/main.ts")) ? "../cli/bin.js" : "../dist/cli/bin.js");
