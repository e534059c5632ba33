// Reads what a TypeScript file imports: values, types, re-exports, import() of both kinds, require, and URLs of workers.
import { parseSync } from "oxc-parser";

export interface Import {
  /** Undefined: not a plain string, so it cannot be judged. */
  readonly specifier: string | undefined;
  readonly line: number;
}

export interface FileImports {
  readonly imports: readonly Import[];
  /** A file of nothing but re-exports. */
  readonly barrel: boolean;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/** Throws when the text does not parse. */
export function importsOf(path: string, text: string): FileImports {
  const { program, errors } = parseSync(path, text);
  const first = errors[0];
  if (first !== undefined) throw new Error(`${path}: ${first.message}`);
  const imports: Import[] = [];
  walk(program, (node) => {
    const source = sourceOf(node);
    if (source === undefined) return;
    const line = text.slice(0, node.start).split("\n").length;
    imports.push({ specifier: isString(source) ? source.value : undefined, line });
  });
  const body = program.body as readonly unknown[] as readonly Node[];
  return { imports, barrel: body.length > 0 && body.every(isReExport) };
}

function isReExport(node: Node): boolean {
  return /^Export(All|Named)Declaration$/.test(node.type) && isNode(node["source"]);
}

/** The node that names what this node imports; undefined for a node that imports nothing. */
function sourceOf(node: Node): unknown {
  switch (node.type) {
    case "ImportDeclaration":
    case "ImportExpression":
    case "TSImportType":
    case "ExportAllDeclaration":
      return node["source"];
    case "ExportNamedDeclaration":
      return node["source"] ?? undefined;
    case "TSExternalModuleReference":
      return node["expression"];
    case "CallExpression":
      return isNamed(node["callee"], "require") ? argument(node, 0) : undefined;
    case "NewExpression":
      return isModuleUrl(node) ? argument(node, 0) : undefined;
    default:
      return undefined;
  }
}

/** `new URL("./worker.ts", import.meta.url)`: how a worker is named. Other files named so are data, not modules. */
function isModuleUrl(node: Node): boolean {
  const [target, base] = [argument(node, 0), argument(node, 1)];
  if (!isNamed(node["callee"], "URL") || !isString(target) || !isNode(base)) return false;
  const object = base["object"];
  return /\.[cm]?[jt]s$/.test(target.value) && isNode(object) && object.type === "MetaProperty";
}

function argument(node: Node, index: number): unknown {
  const list = node["arguments"];
  return Array.isArray(list) ? list[index] : undefined;
}

function isNamed(node: unknown, name: string): boolean {
  return isNode(node) && node.type === "Identifier" && node["name"] === name;
}

function isString(node: unknown): node is Node & { readonly value: string } {
  return isNode(node) && node.type === "Literal" && typeof node["value"] === "string";
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isNode(value)) {
    visit(value);
    for (const child of Object.values(value)) walk(child, visit);
  }
}
