// What the TypeScript compiler says of apps that are nowhere on the disk.

import { basename, dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

import ts from "typescript";

const suite = fileURLToPath(new URL("../", import.meta.url));
const appsFolder = join(suite, "apps");
const frames = join(suite, "frames");

/** Packages that some apps have another version of, by a word in the app's name. */
const otherVersions = { "next-auth-4": { "next-auth": "next-auth-4" } };

const common = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ["node"],
};

/**
 * Compiles the TypeScript of apps strictly, and their JavaScript as far as a text without types allows.
 *
 * @param {import("./apps.mjs").App[]} apps
 * @returns {Map<string, { place: string, problems: string[] }>} By app and path.
 */
export function compile(apps) {
  const files = new Map();
  for (const [index, app] of apps.entries()) {
    const folder = join(appsFolder, String(index));
    for (const file of app.files)
      files.set(join(folder, file.path), { ...file, app, folder });
  }
  const isScript = (path) => /\.jsx?$/.test(path);
  const paths = [...files.keys()];
  return new Map([
    ...check(
      files,
      paths.filter((path) => !isScript(path)),
      common,
    ),
    ...check(
      files,
      paths.filter(isScript).concat(join(frames, "globals.d.ts")),
      {
        ...common,
        allowJs: true,
        checkJs: true,
        noImplicitAny: false,
      },
    ),
  ]);
}

function check(files, roots, options) {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.getCurrentDirectory = () => suite;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path)?.code ?? readFile(path);
  // The folders of the apps do not exist, and what does not exist is not looked into.
  host.directoryExists = (path) =>
    path.startsWith(appsFolder) || ts.sys.directoryExists(path);
  host.getSourceFile = (path, ...rest) => {
    const file = files.get(path);
    return file
      ? ts.createSourceFile(path, file.code, rest[0], true)
      : getSourceFile(path, ...rest);
  };
  const cache = ts.createModuleResolutionCache(suite, (path) => path, options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map((literal) =>
      resolve(literal, from, files.get(from), options, host, cache),
    );
  const program = ts.createProgram(roots, options, host);
  return roots
    .filter((path) => files.has(path))
    .map((path) => {
      const { app, place, path: name } = files.get(path);
      const source = program.getSourceFile(path);
      const found = [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ];
      return [`${app.name}: ${name}`, { place, problems: found.map(describe) }];
    });
}

function resolve(literal, from, file, options, host, cache) {
  const look = (name) => ts.resolveModuleName(name, from, options, host, cache);
  if (!file) return look(literal.text);
  const isOwn = /^(?:\.|@\/)/.test(literal.text);
  if (!isOwn) return look(renamed(literal.text, file.app));
  const target = literal.text.replace(/^@\//, `${file.folder}/`);
  const found = look(
    target.startsWith(".") ? posix.join(dirname(from), target) : target,
  );
  if (found.resolvedModule || !isSaidToBeYours(literal)) return found;
  return look(join(frames, basename(literal.text)));
}

function renamed(name, app) {
  const versions =
    Object.entries(otherVersions).find(([word]) =>
      app.name.includes(word),
    )?.[1] ?? {};
  const wanted = Object.entries(versions).find(
    ([old]) => name === old || name.startsWith(`${old}/`),
  );
  return wanted ? name.replace(wanted[0], wanted[1]) : name;
}

/** What readers have to bring along themselves must be marked so where it is imported. */
function isSaidToBeYours(literal) {
  const source = literal.getSourceFile();
  const line = source.getLineAndCharacterOfPosition(literal.getStart()).line;
  return /\/\/ yours: /.test(source.text.split("\n")[line]);
}

function describe({ file, start, messageText, code }) {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const said = ts.flattenDiagnosticMessageText(messageText, "\n");
  return `line ${line + 1}:${character + 1} TS${code}: ${said}\n    ${file.text.split("\n")[line]}`;
}
