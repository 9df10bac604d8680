/* Reports of reasonings that no pipeline makes: tangles, hostile texts, large trees. Whatever they hold, the report is whole. */
#include "src/core/report_parts.h"

#include <time.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/fake_reasoning.h"

static pel_error err;
static char folder[] = "/tmp/pellucid-report-XXXXXX";

static const char *at(const char *name) {
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static pel_report *report_of(const pel_reasoning *r, pel_logic_tree **tree) {
  pel_report *out = NULL;
  pel_report_origin origin = {.file = "run.pel", .hash = "3f9c", .asks = "What of <it> & \"that\"?", .checked = "yes"};
  CHECK_MSG(pel_logic_tree_build(r, tree, &err) == PEL_OK, "%s", err.text);
  CHECK(pel_logic_tree_cover(*tree, 1, &err) == PEL_OK && pel_logic_tree_update(*tree, &err) == PEL_OK);
  CHECK_MSG(pel_report_build(*tree, &origin, &out, &err) == PEL_OK, "%s", err.text);
  return out;
}

static void put_file(const pel_reasoning *r, const pel_report *report, const char *name, bool pdf) {
  pel_report_picture picture;
  const pel_report_work work = {.path = name};
  pel_outfile *file;
  CHECK(pel_report_picture_make(r, "", "3f9c", &work, &picture, &err) == PEL_OK);
  CHECK_MSG(pel_outfile_open(at(name), true, &file, &err) == PEL_OK, "%s", err.text);
  pel_status status = pdf ? pel_report_pdf(report, &picture, PEL_PAPER_A4, "", &work, file, &err) : pel_report_html(report, &picture, PEL_PAPER_A4, &work, file, &err);
  CHECK_MSG(status == PEL_OK, "%s", err.text);
  CHECK(pel_outfile_commit(file, &err) == PEL_OK);
  pel_report_picture_clear(&picture);
}

static bool python(const char *script) {
  char command[4000];
  if (system("command -v python3 >/dev/null 2>&1") != 0) return printf("  note: no python3, a check was left out\n"), true;
  snprintf(command, sizeof command, "cd %s && PYTHONUTF8=1 python3 - <<'END'\n%s\nEND", folder, script);
  return system(command) == 0;
}

/* Links lead somewhere, ids are there once, texts have no characters that move others. */
static void check_blocks(const pel_report *r) {
  for (size_t i = 0; i < r->n_blocks; i++)
    for (size_t k = 0; k < r->blocks[i].n_runs; k++) {
      const pel_report_run *run = &r->blocks[i].runs[k];
      CHECK(run->cell < PEL_REPORT_COLUMNS && !strstr(run->text, "\xe2\x80\xae") && !strchr(run->text, '\x7f'));
      CHECK(!run->link || *run->link == '#' || !strncmp(run->link, "http", 4));
    }
}

static const char page_is_sound[] =
    "import re, html.parser\n"
    "text = open('x.html', encoding='utf-8').read()\n"
    "ids = re.findall(r' id=\"([^\"]*)\"', text)\n"
    "assert len(ids) == len(set(ids)), 'an id is there twice'\n"
    "lost = set(re.findall(r'href=\"#([^\"]*)\"', text)) - set(ids)\n"
    "assert not lost, lost\n"
    "stack = []\n"
    "class P(html.parser.HTMLParser):\n"
    "    def handle_starttag(self, t, a):\n"
    "        assert t in 'html head meta title style body a header h1 h2 h3 p b small code mark span nav ul li main section div table colgroup col thead tbody tr th td figure figcaption blockquote footer svg title desc g rect path text tspan clippath image'.split(), t\n"
    "        if t not in ('meta', 'col'): stack.append(t)\n"
    "    def handle_startendtag(self, t, a): pass\n"
    "    def handle_endtag(self, t): assert stack.pop() == t, t\n"
    "P().feed(text)\n"
    "assert not stack and 'javascript:' not in re.sub(r'>[^<]*<', '><', text)";

static void test_tangles(void) {
  for (uint64_t seed = 0; seed < 12; seed++) {
    pel_reasoning *r = fake_tangle(60, 140, seed);
    pel_logic_tree *t;
    r->nodes[3].says = "<script>alert(1)</script> ]]> \xe2\x80\xae turned & 'quoted' \\";
    r->nodes[4].note = "</style><img src=x onerror=y>";
    pel_source source = {1, "k", "<b>Title", "P\"", "v&", "javascript:alert(1)", "", "", "00"};
    pel_passage passage = {1, 1, "p'", "\"><script>", "<i>words\nof two lines</i>\n", "", ""};
    pel_document document = {1, "text", "\xe5\xbd\x93\xe4\xba\x8b <u>case</u>\nof two lines"};
    r->sources = &source, r->n_sources = 1, r->passages = &passage, r->n_passages = 1, r->documents = &document, r->n_documents = 1;
    r->nodes[3].passage = r->nodes[9].passage = 1;
    r->nodes[5].document = 1, r->nodes[5].from = 0, r->nodes[5].to = 6;
    r->nodes[6].document = 1, r->nodes[6].from = 3, r->nodes[6].to = 12;
    pel_report *report = report_of(r, &t);
    check_blocks(report);
    put_file(r, report, "x.html", false);
    put_file(r, report, "x.pdf", true);
    CHECK(python(page_is_sound));
    pel_report_free(report);
    pel_logic_tree_free(t);
    fake_free(r);
  }
}

static void test_examples(void) {
  const pel_reasoning *both[] = {fake_spouse(), fake_curb()};
  for (int i = 0; i < 2; i++) {
    pel_logic_tree *t;
    pel_report *report = report_of(both[i], &t);
    check_blocks(report);
    put_file(both[i], report, "x.html", false);
    put_file(both[i], report, "x.pdf", true);
    CHECK(python(page_is_sound));
    pel_report_free(report);
    pel_logic_tree_free(t);
  }
}

/* One long text over several pages, a row that is higher than a page, a chain of nodes deeper than any indent. */
static void test_long(void) {
  static char words[60000];
  pel_reasoning *r = fake_tree(300, 1, 5);
  pel_logic_tree *t;
  for (size_t i = 0; i + 6 < sizeof words; i += 6) memcpy(words + i, i % 600 ? "words " : "line.\n", 6);
  pel_passage passage = {1, 0, "s. 1", "", words, "", ""};
  pel_clause clause = {1, "long rule", words, 1, "", ""};
  r->passages = &passage, r->n_passages = 1, r->clauses = &clause, r->n_clauses = 1;
  r->nodes[2].clause = 1;
  pel_report *report = report_of(r, &t);
  put_file(r, report, "x.html", false);
  put_file(r, report, "x.pdf", true);
  CHECK(python(page_is_sound));
  CHECK(python("import shutil, subprocess, re\n"
               "if shutil.which('pdftotext'):\n"
               "    text = subprocess.run(['pdftotext', '-bbox', 'x.pdf', '-'], capture_output=True, text=True).stdout\n"
               "    words = [[float(v) for v in w] for w in re.findall(r'<word xMin=\"([\\d.-]+)\" yMin=\"([\\d.-]+)\" xMax=\"([\\d.-]+)\" yMax=\"([\\d.-]+)\">words', text)]\n"
               "    assert len(words) > 19000, len(words)\n"
               "    assert all(w[0] > 30 and w[2] < 560 and w[1] > 30 and w[3] < 790 for w in words)"));
  pel_report_free(report);
  pel_logic_tree_free(t);
  fake_free(r);
}

/* Texts of a stranger's: without a blank, of nothing but marks over letters, longer than anybody reads. They are cut in the PDF, which says so, and are
 * whole in the HTML. */
static void test_hostile_texts(void) {
  enum { SIZE = 1000000 };
  static const char *const patterns[] = {"word ", "x", "\n", "\xcc\x81", "\xe4\xb8\xad"};
  char *text = malloc(SIZE + 8);
  for (size_t k = 0; text && k < sizeof patterns / sizeof *patterns; k++) {
    pel_reasoning *r = fake_tree(20, 3, 5);
    pel_logic_tree *t;
    struct timespec from, to;
    size_t n = strlen(patterns[k]);
    for (size_t i = 0; i < SIZE; i += n) memcpy(text + i, patterns[k], n + 1);
    pel_passage passage = {1, 0, "s. 1", "", text, "", ""};
    pel_clause clause = {1, "long rule", text, 1, "", ""};
    r->passages = &passage, r->n_passages = 1, r->clauses = &clause, r->n_clauses = 1;
    r->nodes[2].clause = 1;
    if (*patterns[k] != '\n') r->nodes[3].says = text, r->nodes[4].note = text;
    pel_report *report = report_of(r, &t);
    put_file(r, report, "x.html", false);
    clock_gettime(CLOCK_MONOTONIC, &from);
    put_file(r, report, "x.pdf", true);
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("  note: %d bytes of pattern %zu: PDF in %.2f s\n", SIZE, k, (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec));
    CHECK(python(page_is_sound));
    CHECK(python("import os, shutil, subprocess, re\n"
                 "assert os.path.getsize('x.html') > 2000000\n"
                 "if shutil.which('pdftotext'):\n"
                 "    text = ' '.join(subprocess.run(['pdftotext', 'x.pdf', '-'], capture_output=True, text=True).stdout.split())\n"
                 "    cut = re.findall(r'\\d+ more characters are left out here; the HTML report and the trace hold all of it', text)\n"
                 "    assert len(cut) >= 2, cut\n"));
    pel_report_free(report);
    pel_logic_tree_free(t);
    fake_free(r);
  }
  free(text);
}

static bool at_the_third(void *user) { return ++*(int *)user >= 3; }

static void test_cancelled(void) {
  pel_reasoning *r = fake_tree(500, 4, 9);
  pel_logic_tree *t;
  pel_report *report = report_of(r, &t), *none = NULL;
  for (int pdf = 0; pdf < 2; pdf++) {
    int asked = 0;
    pel_report_picture picture;
    pel_outfile *file;
    const pel_report_work never = {.path = "x"}, work = {at_the_third, &asked, "x"};
    CHECK(pel_report_picture_make(r, "", "3f9c", &never, &picture, &err) == PEL_OK && pel_outfile_open(at("x.none"), true, &file, &err) == PEL_OK);
    CHECK((pdf ? pel_report_pdf(report, &picture, PEL_PAPER_A4, "", &work, file, &err) : pel_report_html(report, &picture, PEL_PAPER_A4, &work, file, &err)) ==
          PEL_ERR_CANCELLED);
    CHECK(strstr(err.text, "nothing was written") != NULL);
    pel_outfile_discard(file);
    pel_report_picture_clear(&picture);
  }
  int asked = 0;
  pel_report_origin origin = {.file = "run.pel", .cancelled = at_the_third, .user = &asked};
  CHECK(pel_report_build(t, &origin, &none, &err) == PEL_ERR_CANCELLED && !none);
  pel_report_free(report);
  pel_logic_tree_free(t);
  fake_free(r);
}

static void test_large(void) {
  pel_reasoning *r = fake_tree(5000, 4, 9);
  pel_logic_tree *t;
  struct timespec t0, t1, t2;
  clock_gettime(CLOCK_MONOTONIC, &t0);
  pel_report *report = report_of(r, &t);
  put_file(r, report, "x.html", false);
  clock_gettime(CLOCK_MONOTONIC, &t1);
  put_file(r, report, "x.pdf", true);
  clock_gettime(CLOCK_MONOTONIC, &t2);
  printf("  note: 5000 nodes: HTML in %.2f s, PDF in %.2f s\n", (double)(t1.tv_sec - t0.tv_sec) + 1e-9 * (double)(t1.tv_nsec - t0.tv_nsec),
         (double)(t2.tv_sec - t1.tv_sec) + 1e-9 * (double)(t2.tv_nsec - t1.tv_nsec));
  CHECK(python(page_is_sound));
  pel_report_free(report);
  pel_logic_tree_free(t);
  fake_free(r);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  RUN(test_examples);
  RUN(test_tangles);
  RUN(test_long);
  RUN(test_hostile_texts);
  RUN(test_cancelled);
  RUN(test_large);
  unlink(at("x.html"));
  unlink(at("x.pdf"));
  rmdir(folder);
  return check_result();
}
