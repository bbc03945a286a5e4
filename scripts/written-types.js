"use strict";

/**
 * The types of what is written in `apps/`, as interfaces with the docstring and the default of every field. tsc would emit the
 * schema's inferred types, without a word: editors would show nothing where the package is installed.
 */

const path = require("node:path");

const ts = require("typescript");

require("../cli/source");
const { environmentDefaults } = require("../topology/environments");
const { App } = require("../topology/app");

const root = path.dirname(__dirname);
/** The types of topology/app.ts that are written out. */
const writtenNames = ["AppInput", "Refinement"];

/** A schema without what only says whether, or by which value, it may be left out. */
function bare(schema) {
    let default_;
    let inner = schema;
    while (["optional", "default", "prefault", "nonoptional"].includes(inner?.def.type)) {
        if (inner.def.type === "default") default_ ??= inner.def.defaultValue;
        inner = inner.def.innerType;
    }
    return { inner, default_ };
}

/** The schema of a field, or of the items of a list or map. */
function within(schema, key) {
    const { inner } = bare(schema) ?? {};
    if (key === "*") return inner?.def.valueType ?? inner?.def.element;
    return inner?.def.shape?.[key];
}

const typeName = (key) => key.replace(/^[a-z]/, (letter) => letter.toUpperCase());
/** `routes` → `route`. */
const singular = (key) =>
    key
        .replace(/ies$/, "y")
        .replace(/(x)es$/, "$1")
        .replace(/([^s])s$/, "$1");

/** A part refines its fields for one cloud under the cloud's name (topology/app.ts). */
const ofClouds = {
    aws: "For AWS alone: what is said here holds there in place of what the part says, and what only AWS knows.",
    gcp: "For GCP alone: what is said here holds there in place of what the part says, and what only GCP knows.",
};

const comment = (lines, indent) =>
    lines.length === 0
        ? ""
        : lines.length === 1
          ? `${indent}/** ${lines[0]} */\n`
          : `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;

class Writer {
    /** Name → body. */
    interfaces = new Map();
    constructor(checker) {
        this.checker = checker;
    }

    /** A type as it is written at a place; what has fields is an interface of its own. */
    text(type, place) {
        const { checker } = this;
        if (type.isUnion() && !(type.flags & ts.TypeFlags.Boolean)) {
            const members = type.types.filter((each) => !(each.flags & ts.TypeFlags.Undefined));
            // `true | false` among others is boolean again.
            const booleans = members.filter((each) => each.flags & ts.TypeFlags.BooleanLiteral);
            const others = members.filter((each) => !booleans.includes(each));
            // The checker has them in the order in which it met each anywhere.
            if (others.every((each) => each.isNumberLiteral())) others.sort((one, other) => one.value - other.value);
            return [
                ...new Set([...others.map((each) => this.text(each, place)), ...(booleans.length ? ["boolean"] : [])]),
            ].join(" | ");
        }
        if (checker.isArrayType(type)) {
            const item = this.text(checker.getTypeArguments(type)[0], step(place, "*"));
            return item.includes(" ") ? `(${item})[]` : `${item}[]`;
        }
        const isObject = type.flags & ts.TypeFlags.Object || type.isIntersection();
        const index = isObject ? checker.getIndexInfosOfType(type)[0] : undefined;
        if (index) {
            const absent = index.type.isUnion() && index.type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined);
            return `Record<string, ${this.text(index.type, step(place, "*"))}${absent ? " | undefined" : ""}>`;
        }
        if (isObject) return this.interface(type, place);
        return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
    }

    interface(type, place) {
        return this.named(this.body(type, place), place);
    }

    /** The fields of a type, in the order of the schema. */
    body(type, place) {
        const at = ({ declarations }) => declarations?.[0].getStart() ?? 0;
        const fields = [...this.checker.getPropertiesOfType(type)].sort((one, other) => at(one) - at(other));
        return fields.map((field) => this.field(field, place)).join("");
    }

    /** The name of an interface with that body: of one that there is, or a new one. */
    named(body, { keys }) {
        for (const [name, other] of this.interfaces) if (other === body) return name;
        for (let length = 1; ; length++) {
            const name = keys.slice(-length).map(typeName).join("");
            if (this.interfaces.has(name)) {
                if (length < keys.length) continue;
                // One of so many forms of a value is called by what it says.
                const [, field] = /^ {4}(\w+)\??:/m.exec(body);
                const own = `${typeName(keys.at(-1))}${typeName(field)}`;
                if (this.interfaces.has(own)) throw new Error(`two interfaces are called ${own}`);
                this.interfaces.set(own, body);
                return own;
            }
            this.interfaces.set(name, body);
            return name;
        }
    }

    field(symbol, place) {
        const { checker } = this;
        const here = step(place, symbol.name);
        const type = checker.getTypeOfSymbol(symbol);
        const optional = symbol.flags & ts.SymbolFlags.Optional ? "?" : "";
        const name = /^\w+$/.test(symbol.name) ? symbol.name : JSON.stringify(symbol.name);
        return `${comment(this.words(symbol, here), "    ")}    ${name}${optional}: ${this.text(type, here)};\n`;
    }

    /** The docstring of a field, or of the schema that it is of; and its default, where the docstring says none. */
    words(symbol, { schema, path: at }) {
        const { checker } = this;
        const documented = (each) => ts.displayPartsToString(each?.getDocumentationComment(checker) ?? []);
        const text = documented(symbol) || documented(schemaOf(checker, symbol)) || ofClouds[symbol.name] || "";
        const tag = symbol.getJsDocTags(checker).find((each) => each.name === "default");
        const said = tag
            ? ts.displayPartsToString(tag.text)
            : /\bdefault\b/i.test(text)
              ? undefined
              : defaultOf(schema, at);
        return [...(text ? text.split("\n") : []), ...(said === undefined ? [] : [`@default ${said}`])];
    }
}

function step({ schema, path: at, keys }, key) {
    // What an environment refines is a whole app again.
    if (at.join() === "environments") return { schema: App, path: [], keys: ["Refinement"] };
    const [above, last] = [keys.slice(0, -1), keys.at(-1)];
    return {
        schema: within(schema, key),
        path: [...at, key],
        keys: key === "*" ? [...above, singular(last)] : [...keys, key],
    };
}

/** The schema that a field is made of by name: `Health` of `health: Health.prefault({})`, `Database` of a map of them. */
function schemaOf(checker, symbol) {
    const declaration = symbol.declarations?.find(ts.isPropertyAssignment);
    const find = (node) => {
        if (ts.isIdentifier(node)) {
            const found = checker.getSymbolAtLocation(node);
            const whole = found && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
            // Those of forms say what text is like, not what a field is for.
            const isSchema = whole?.declarations?.some(
                (each) => ts.isVariableDeclaration(each) && /schema\/(?!forms)/.test(each.getSourceFile().fileName),
            );
            return isSchema ? whole : undefined;
        }
        if (ts.isPropertyAccessExpression(node)) return find(node.expression);
        if (!ts.isCallExpression(node)) return undefined;
        return find(node.expression) ?? (node.arguments.length ? find(node.arguments.at(-1)) : undefined);
    };
    return declaration && find(declaration.initializer);
}

/** What a field is when it is left out, in any environment or by environment. */
function defaultOf(schema, at) {
    const path_ = at.join(".");
    const rows = Object.hasOwn(environmentDefaults, path_) ? environmentDefaults[path_] : undefined;
    if (rows)
        return Object.entries(rows)
            .map(([environment, value]) => `${JSON.stringify(value)} in ${environment}`)
            .join(", ");
    const { default_ } = schema ? bare(schema) : {};
    const empty = typeof default_ === "object" && Object.keys(default_).length === 0;
    return default_ === undefined || empty ? undefined : JSON.stringify(default_);
}

/** @returns {string} the declarations of these types, and of the interfaces that they are made of */
function writtenTypes() {
    const config = ts.getParsedCommandLineOfConfigFile(path.join(root, "tsconfig.build.json"), {}, ts.sys);
    const file = path.join(root, "topology/app.ts");
    const program = ts.createProgram([file], { ...config.options, noEmit: true });
    const checker = program.getTypeChecker();
    const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
    const writer = new Writer(checker);
    for (const name of writtenNames) {
        const symbol = exported.find((each) => each.name === name);
        const type = checker.getDeclaredTypeOfSymbol(symbol);
        const place = { schema: App, path: [], keys: [name.replace(/Input$/, "")] };
        writer.interfaces.set(name, writer.body(type, place));
    }
    return [...writer.interfaces].map(([name, body]) => `export interface ${name} {\n${body}}\n`).join("\n");
}

module.exports = { writtenNames, writtenTypes };
if (require.main === module) process.stdout.write(writtenTypes());
