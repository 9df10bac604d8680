/* Files of a reasoning, read back by other readers. Python, pdftotext and dot are used where they are there. */
#include "src/core/export_tree.h"

#include <dirent.h>
#include <locale.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/fake_reasoning.h"

static pel_error err;
static char folder[] = "/tmp/pellucid-tree-XXXXXX";
static const pel_reasoning_origin origin = {"3f9c0a1b2c3d4e5f", "2025-01-02T03:04:05Z", ""};

static const char *at(const char *name) {
  static char paths[4][512];
  static unsigned next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static void tree(const pel_reasoning *r, const pel_tree_choice *choice, const char *name) {
  const pel_export_options o = {.force = true};
  CHECK_MSG(pel_export_tree_of(r, &origin, &o, choice, at(name), &err) == PEL_OK, "%s", err.text);
}

/* Runs a command in the folder; true when it ends well, or when its program is not there. */
static bool run(const char *program, const char *command) {
  char whole[8000];
  snprintf(whole, sizeof whole, "command -v %s >/dev/null 2>&1", program);
  if (system(whole) != 0) {
    printf("  note: no %s, a check was left out\n", program);
    return true;
  }
  snprintf(whole, sizeof whole, "cd %s && PYTHONUTF8=1 %s", folder, command);
  return system(whole) == 0;
}

static void test_graphml(void) {
  tree(fake_spouse(), &(pel_tree_choice){0}, "t.graphml");
  CHECK(run("python3", "python3 - <<'END'\n"
                       "import xml.etree.ElementTree as E\n"
                       "g = '{http://graphml.graphdrawing.org/xmlns}'\n"
                       "root = E.parse('t.graphml').getroot()\n"
                       "nodes = {n.get('id'): {d.get('key'): d.text for d in n.findall(g + 'data')} for n in root.iter(g + 'node')}\n"
                       "edges = [(e.get('source'), e.get('target')) for e in root.iter(g + 'edge')]\n"
                       "keys = {k.get('id') for k in root.findall(g + 'key')}\n"
                       "assert len(nodes) == 17 and len(edges) == 18, (len(nodes), len(edges))\n"
                       "assert all(a in nodes and b in nodes for a, b in edges)\n"
                       "assert all(k in keys for n in nodes.values() for k in n)\n"
                       "assert nodes['n6']['number'] == '2.2' and nodes['n6']['kind'] == 'claim' and nodes['n12']['state'] == 'not found'\n"
                       "assert 0 < float(nodes['n4']['influence']) < 1\n"
                       "END"));
}

static void test_dot(void) {
  tree(fake_spouse(), &(pel_tree_choice){.direction = PEL_TREE_DOWN}, "t.dot");
  CHECK(run("python3", "python3 - <<'END'\n"
                       "import re\n"
                       "text = open('t.dot').read()\n"
                       "bare = re.sub(r'\"(?:[^\"\\\\]|\\\\.)*\"', 'S', text)\n"
                       "assert '\"' not in bare and bare.count('{') == bare.count('}') == 1 and 'rankdir=TB' in bare, bare\n"
                       "assert len(re.findall(r'^  n\\d+ \\[', bare, re.M)) == 17 and len(re.findall(r'^  n\\d+ -> n\\d+ \\[', bare, re.M)) == 18\n"
                       "END"));
  CHECK(run("dot", "dot -Tsvg t.dot > /dev/null"));
}

static void test_json(void) {
  tree(fake_curb(), &(pel_tree_choice){.collapsed = (const int64_t[]){2}, .n_collapsed = 1}, "t.json");
  CHECK(run("python3", "python3 - <<'END'\n"
                       "import json\n"
                       "d = json.load(open('t.json'))\n"
                       "assert d['format'] == 'pellucid tree' and d['version'] == 1 and d['trace'].startswith('3f9c')\n"
                       "n = {x['id']: x for x in d['nodes']}\n"
                       "assert len(n) == 10 and len(d['edges']) == 11 and d['nodes_shown'] == 9\n"
                       "assert n[2]['collapsed'] and not n[7]['shown'] and n[7]['parent'] == 2 and n[1]['parent'] is None\n"
                       "assert n[10]['confidence'] == 0.62 and n[9]['confidence'] is None and n[7]['to'] == 23 and n[6]['number'] == '5'\n"
                       "assert d['edges'][0]['weight'] == 0.25 and d['sources'][0]['title'].startswith('Lim') and d['documents'][0]['text']\n"
                       "assert set(d) == {'format', 'version', 'trace', 'cover', 'covered', 'nodes_shown', 'nodes', 'edges', 'clauses', 'passages', 'sources', 'documents', 'reviews'}\n"
                       "END"));
}

static void test_hostile_texts(void) { /* quotes, tags, backslashes, newlines, other scripts: every format stays well formed */
  pel_reasoning *r = fake_tangle(60, 90, 4);
  r->nodes[3].says = "ends in a backslash \\";
  r->nodes[4].says = "\xef\xbf\xbe noncharacter \xe2\x80\xae turned ]]> \x7f";
  static const char *const names[] = {"h.graphml", "h.dot", "h.json", "h.md", "h.svg", "h.png", "h.pdf"};
  for (int i = 0; i < 7; i++) tree(r, &(pel_tree_choice){.all = true, .quotations = true}, names[i]);
  CHECK(run("python3", "python3 - <<'END'\n"
                       "import json, re, xml.etree.ElementTree as E\n"
                       "E.parse('h.graphml'); E.parse('h.svg')\n"
                       "assert len(json.load(open('h.json'))['nodes']) == 60\n"
                       "assert '\"' not in re.sub(r'\"(?:[^\"\\\\]|\\\\.)*\"', 'S', open('h.dot').read())\n"
                       "open('h.md', encoding='utf-8').read()\n"
                       "assert open('h.png', 'rb').read(4) == b'\\x89PNG' and open('h.pdf', 'rb').read(4) == b'%PDF'\n"
                       "END"));
  CHECK(run("dot", "dot -Tsvg h.dot > /dev/null"));
  fake_free(r);
}

static void test_text_stays_text(void) {
  tree(fake_spouse(), &(pel_tree_choice){0}, "t.pdf");
  tree(fake_spouse(), &(pel_tree_choice){0}, "t.svg");
  CHECK(run("pdftotext", "pdftotext t.pdf - | grep -q 'not found' && pdftotext t.pdf - | grep -q 'Charlie is her dependent'"));
  CHECK(run("grep", "grep -q '>Charlie is her dependent.</text>' t.svg"));
}

static void test_pruned(void) {
  pel_reasoning *r = fake_tree(500, 4, 2);
  tree(r, &(pel_tree_choice){.cover = 0.5}, "p.dot");
  tree(r, &(pel_tree_choice){.cover = 0.5}, "p.json");
  tree(r, &(pel_tree_choice){.cover = 0.5}, "p.md");
  CHECK(run("python3", "python3 - <<'END'\n"
                       "import json\n"
                       "d = json.load(open('p.json'))\n"
                       "assert len(d['nodes']) == 500 and d['covered'] >= 0.5 and d['nodes_shown'] == sum(n['shown'] for n in d['nodes']) < 300\n"
                       "assert 'more; foremost' in open('p.dot').read()\n"
                       "assert 'Shown: %d of 500 nodes' % d['nodes_shown'] in open('p.md').read()\n"
                       "END"));
  fake_free(r);
}

static void test_retrieval(void) {
  const pel_export_options o = {.force = true};
  static const char *const names[] = {"r.csv", "r.json", "r.svg", "r.png", "r.pdf"};
  for (int i = 0; i < 5; i++)
    CHECK_MSG(pel_export_retrieval_of(fake_spouse(), &origin, &o, &(pel_tree_choice){0}, at(names[i]), &err) == PEL_OK, "%s", err.text);
  CHECK(run("python3", "python3 - <<'END'\n"
                       "import csv, json\n"
                       "rows = list(csv.DictReader(open('r.csv', newline='')))\n"
                       "d = json.load(open('r.json'))\n"
                       "assert d['span'] == 2 and len(d['candidates']) == len(rows) == 6\n"
                       "assert [float(r['weight']) for r in rows] == [c['weight'] for c in d['candidates']] == [0.52, 0.31, 0.17, 0, 0, 0]\n"
                       "assert rows[0]['source'] == 'Internal Revenue Code' and rows[0]['path'] == 's. 2(a)'\n"
                       "END"));
}

static void test_refused(void) {
  const pel_export_options o = {0};
  const pel_reasoning none = {0};
  CHECK(pel_export_tree_of(fake_spouse(), &origin, &o, &(pel_tree_choice){0}, at("x.csv"), &err) == PEL_ERR_USAGE);
  CHECK_MSG(strstr(err.text, ".graphml .dot .md"), "%s", err.text);
  CHECK(pel_export_tree_of(&none, &origin, &o, &(pel_tree_choice){0}, at("x.svg"), &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_export_retrieval_of(&none, &origin, &o, &(pel_tree_choice){0}, at("x.svg"), &err) == PEL_ERR_UNSUPPORTED);
  CHECK(pel_export_retrieval_of(fake_spouse(), &origin, &o, &(pel_tree_choice){.span = 7}, at("x.svg"), &err) == PEL_ERR_USAGE);
  pel_tree_choice bad = {.collapsed = (const int64_t[]){18}, .n_collapsed = 1};
  CHECK(pel_export_tree_of(fake_spouse(), &origin, &o, &bad, at("x.svg"), &err) == PEL_ERR_USAGE);
  CHECK(access(at("x.svg"), F_OK) != 0);
  tree(fake_spouse(), &(pel_tree_choice){0}, "y.md");
  CHECK(pel_export_tree_of(fake_spouse(), &origin, &o, &(pel_tree_choice){0}, at("y.md"), &err) == PEL_ERR_IO);
}

static void clear_folder(void) {
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));)
    if (e->d_name[0] != '.') unlink(at(e->d_name));
  if (d) closedir(d);
  rmdir(folder);
}

int main(void) {
  setlocale(LC_ALL, "de_DE.UTF-8"); /* numbers keep their points */
  if (!mkdtemp(folder)) return 1;
  RUN(test_graphml);
  RUN(test_dot);
  RUN(test_json);
  RUN(test_hostile_texts);
  RUN(test_text_stays_text);
  RUN(test_pruned);
  RUN(test_retrieval);
  RUN(test_refused);
  clear_folder();
  return check_result();
}
