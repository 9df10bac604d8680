#!/usr/bin/env python3
"""Who may include whom. The table below is the rule; docs/architecture.md says why.

usage: layering.py SOURCE_ROOT

Also checked: no two layers include each other, no circle of headers, a .c file includes its own header first,
and only the listed layers see the listed outside libraries."""
import pathlib
import re
import sys

ENGINE = ["engine/base", "engine/logic", "engine/format", "engine/kernels", "engine/text", "engine/trace", "engine/knowledge", "engine/model", "engine/encoder",
          "engine/graph", "engine/search", "engine/nn", "engine/phenotype", "engine/learn", "engine/proof", "engine/reason", "engine/run"]

# Layer: the layers that it may include, besides itself and the public headers (include/pellucid).
MAY = {
    "engine/base": [],
    "engine/format": ["engine/base"],
    # pack.c and quants.c take the file's tensor types: the one header named in MAY_HEADER.
    "engine/kernels": ["engine/base"],
    # The two meet at include/pellucid/probe.h and never include each other.
    "engine/trace": ["engine/base", "engine/kernels"],
    # The rules compute and nothing else: no file, no database, no model is within their reach.
    "engine/logic": ["engine/base"],
    "engine/knowledge": ["engine/base", "engine/format", "engine/logic"],
    "engine/text": ["engine/base", "engine/format"],
    "engine/model": ["engine/base", "engine/kernels", "engine/format", "engine/text"],
    "engine/encoder": ["engine/base", "engine/kernels", "engine/format", "engine/text"],
    "engine/graph": ["engine/base"],
    # It searches for a proof and knows nothing of what a goal is.
    "engine/search": ["engine/base"],
    "engine/nn": ["engine/base", "engine/graph"],
    "engine/phenotype": ["engine/base", "engine/format", "engine/graph", "engine/nn"],
    "engine/learn": ["engine/base", "engine/format", "engine/graph", "engine/nn"],
    # Whether a proof follows, found with nothing of what made it but its terms.
    "engine/proof": ["engine/base", "engine/logic"],
    # It puts rows into a sink (include/pellucid/span.h) and asks encoders through the public header: no trace, no model.
    "engine/reason": ["engine/base", "engine/graph", "engine/search", "engine/nn", "engine/phenotype", "engine/knowledge", "engine/proof", "engine/logic"],
    "engine/run": [layer for layer in ENGINE if layer != "engine/run"],
    "src/analysis": ["engine/base"],
    "src/plot": ["src/analysis", "engine/base"],
    "src/core": ["src/analysis", "src/plot", "engine/base"],
    "ui": ["src/core", "src/analysis", "src/plot"],
    "src/cli": ["src/core", "src/analysis", "src/plot", "engine/base"],
}
MAY_HEADER = {"engine/kernels": ["engine/format/gguf.h"]}

# Outside library (start of its include path): the layers that may see it.
LIBRARIES = {
    "sqlite3": ["engine/trace", "engine/knowledge"],
    "nettle/": ["engine/format", "engine/trace", "engine/knowledge"],
    "utf8proc": ["engine/logic", "engine/text", "engine/knowledge", "src/analysis", "src/core"],
    "json-c/": ["engine/knowledge", "engine/reason", "src/core", "src/cli"],
    "gmp": ["engine/logic", "engine/proof"],
    "yaml": ["engine/knowledge"],
    "cairo": ["src/plot", "src/core", "ui"],
    "pango/": ["src/plot", "src/core"],
    "gtk/": ["ui"],
    "adwaita": ["ui"],
    "glib": ["src/core", "ui"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)


def layer_of(path):
    if path.startswith("ui/"):
        return "ui"
    return "/".join(path.split("/")[:2])


def faults_of(path, text, root):
    layer = layer_of(path)
    if layer not in MAY:
        yield f"{path}: folder {layer} has no line in the table"
        return
    for kind, name in INCLUDE.findall(text):
        if kind == '"':
            if not (root / name).is_file():
                yield f'{path}: "{name}" is not a path from the source root'
            other = layer_of(name)
            allowed = other == layer or other in MAY[layer] or name in MAY_HEADER.get(layer, [])
            if not allowed:
                yield f'{path}: {layer} may not include "{name}"'
        for prefix, layers in LIBRARIES.items():
            if kind == "<" and name.startswith(prefix) and layer not in layers:
                yield f"{path}: {layer} may not include <{name}>"
    own = path[:-2] + ".h"
    quoted = [name for kind, name in INCLUDE.findall(text) if kind == '"']
    if path.endswith(".c") and own in quoted and quoted[0] != own:
        yield f'{path}: its own header "{own}" comes first'


def layer_pairs(sources):
    pairs = set()
    for path, text in sources.items():
        for kind, name in INCLUDE.findall(text):
            if kind == '"' and layer_of(name) != layer_of(path):
                pairs.add((layer_of(path), layer_of(name)))
    return pairs


def circle(graph):
    """One circle in {node: [nodes]}, or None."""
    state, stack = {}, []

    def visit(node):
        state[node] = "open"
        stack.append(node)
        for to in graph.get(node, []):
            if state.get(to) == "open":
                return stack[stack.index(to):] + [to]
            if to not in state:
                found = visit(to)
                if found:
                    return found
        state[node] = "done"
        stack.pop()
        return None

    for node in sorted(graph):
        if node not in state:
            found = visit(node)
            if found:
                return found
    return None


def public_faults(root):
    for path in sorted((root / "include/pellucid").glob("*.h")):
        for kind, name in INCLUDE.findall(path.read_text()):
            if kind == '"' or "/" in name and not name.startswith("pellucid/"):
                yield f"{path.name}: a public header includes only C11 and <pellucid/...>, not {name}"


def main():
    root = pathlib.Path(sys.argv[1])
    files = [p for top in ("engine", "src", "ui") for p in sorted((root / top).rglob("*.[ch]"))]
    sources = {p.relative_to(root).as_posix(): p.read_text() for p in files}
    faults = list(public_faults(root))
    for path, text in sources.items():
        faults += faults_of(path, text, root)
    pairs = layer_pairs(sources)
    faults += [f"{a} and {b} include each other" for a, b in sorted(pairs) if a < b and (b, a) in pairs]
    layers = {a: sorted(b for x, b in pairs if x == a) for a, _ in pairs}
    headers = {path: [n for k, n in INCLUDE.findall(text) if k == '"'] for path, text in sources.items()}
    for what, graph in (("layers", layers), ("files", headers)):
        found = circle(graph)
        if found:
            faults.append(f"a circle of {what}: " + " -> ".join(found))
    for fault in faults:
        print("not ok", fault)
    print(f"{'not ok' if faults else 'ok'} {len(sources)} files, {len(pairs)} edges between layers")
    return 1 if faults else 0


sys.exit(main())
