"use strict";

// What ts-node translates with, as tsconfig.json says: it keeps what it made, as the command line does. mocha starts several
// processes, and all of them read the same files.
const { javascript, sourceMapOf } = require("./translate");

/** @type {import("ts-node").TranspilerFactory} */
const create = () => ({
    transpile(_input, { fileName }) {
        const outputText = javascript(fileName);
        return { outputText, sourceMapText: sourceMapOf(outputText) };
    },
});

module.exports = { create };
