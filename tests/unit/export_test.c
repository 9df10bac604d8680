/* Files that leave the program: their formats read back by other readers, in a locale that writes numbers
 * otherwise, and nothing left behind by those that fail. Python and pdftotext are used where they are there.
 */
#include "src/core/export.h"

#include "src/analysis/caption.h"
#include "src/core/outfile.h"
#include "tests/check.h"
#include "tests/unit/fake_trace.h"

#include <dirent.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static pel_error err;
static char folder[] = "/tmp/pellucid-export-XXXXXX";
static pel_trace *trace;

#define CHECK_OK(call) CHECK_MSG((call) == PEL_OK, "%s", err.text)

static const char *at(const char *name) {
  static char paths[4][256];
  static unsigned next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static unsigned char *slurp(const char *path, size_t *size) {
  FILE *f = fopen(path, "rb");
  *size = 0;
  if (!f) return NULL;
  fseek(f, 0, SEEK_END);
  *size = (size_t)ftell(f);
  rewind(f);
  unsigned char *bytes = calloc(1, *size + 1);
  if (fread(bytes, 1, *size, f) != *size) *size = 0;
  fclose(f);
  return bytes;
}

/* Entries of the folder but . and .. */
static int count_files(void) {
  int n = 0;
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));)
    n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
  if (d) closedir(d);
  return n;
}

static void clear_folder(void) {
  DIR *d = opendir(folder);
  for (struct dirent *e; d && (e = readdir(d));)
    if (e->d_name[0] != '.' || strlen(e->d_name) > 2) unlink(at(e->d_name));
  if (d) closedir(d);
}

static bool have(const char *program) {
  char command[128];
  snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
  return system(command) == 0;
}

/* Runs a script with the folder as its working directory; true when it ends well. */
static bool python(const char *script) {
  if (!have("python3")) {
    printf("  note: no python3, a check was left out\n");
    return true;
  }
  char command[128];
  snprintf(command, sizeof command, "cd %s && PYTHONUTF8=1 python3 - <<'END_OF_SCRIPT'\n", folder);
  size_t size = strlen(command) + strlen(script) + 32;
  char *whole = malloc(size);
  snprintf(whole, size, "%s%s\nEND_OF_SCRIPT\n", command, script);
  bool good = system(whole) == 0;
  free(whole);
  return good;
}

/* ---- files whole or not at all ---- */

static void test_outfile(void) {
  pel_outfile *f;
  size_t size;
  clear_folder();
  CHECK_OK(pel_outfile_open(at("a.txt"), false, &f, &err));
  CHECK(access(at("a.txt"), F_OK) != 0);
  char *big = calloc(1, 200000);
  pel_outfile_puts(f, "hello");
  pel_outfile_write(f, big, 200000);
  CHECK_OK(pel_outfile_commit(f, &err));
  free(slurp(at("a.txt"), &size));
  CHECK(size == 200005 && count_files() == 1);
  CHECK(pel_outfile_open(at("a.txt"), false, &f, &err) == PEL_ERR_IO);
  CHECK_MSG(strstr(err.text, "exists already"), "%s", err.text);
  CHECK_OK(pel_outfile_open(at("a.txt"), true, &f, &err));
  pel_outfile_puts(f, "new");
  CHECK_OK(pel_outfile_commit(f, &err));
  unsigned char *text = slurp(at("a.txt"), &size);
  CHECK(size == 3 && memcmp(text, "new", 3) == 0 && count_files() == 1);
  free(text);
  CHECK_OK(pel_outfile_open(at("b.txt"), false, &f, &err));
  pel_outfile_puts(f, "gone");
  pel_outfile_discard(f);
  pel_outfile_discard(NULL);
  CHECK(count_files() == 1);
  CHECK(pel_outfile_open(folder, true, &f, &err) == PEL_ERR_USAGE);
  CHECK(pel_outfile_open("/dev/null", true, &f, &err) == PEL_ERR_USAGE);
  CHECK(pel_outfile_open("/nowhere/at/all.png", false, &f, &err) == PEL_ERR_IO);
  CHECK_MSG(strstr(err.text, strerror(ENOENT)), "%s", err.text);
  free(big);
}

static void test_outfile_loses_a_race_gracefully(void) {
  pel_outfile *f;
  size_t size;
  clear_folder();
  CHECK_OK(pel_outfile_open(at("race.txt"), false, &f, &err));
  pel_outfile_puts(f, "mine");
  FILE *other = fopen(at("race.txt"), "w");
  fputs("theirs", other);
  fclose(other);
  CHECK(pel_outfile_commit(f, &err) == PEL_ERR_IO);
  CHECK_MSG(strstr(err.text, "exists already"), "%s", err.text);
  unsigned char *text = slurp(at("race.txt"), &size);
  CHECK(size == 6 && memcmp(text, "theirs", 6) == 0 && count_files() == 1);
  free(text);
}

/* A file may grow no further: what a full disk looks like to a program. */
static void test_full_disk_leaves_nothing(void) {
  struct rlimit old, small;
  clear_folder();
  getrlimit(RLIMIT_FSIZE, &old);
  small = (struct rlimit){1000, old.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  pel_export_options o = {0};
  const char *const names[] = {"m.npy", "m.csv", "m.json", "m.png", "m.svg", "m.pdf"};
  pel_status got[6], tensors, tokens;
  char texts[6][600];
  for (int i = 0; i < 6; i++) {
    got[i] = pel_export_attention(trace, &o, at(names[i]), &err);
    memcpy(texts[i], err.text, sizeof err.text);
  }
  tensors = pel_export_tensors(trace, &o, at("t.safetensors"), &err);
  tokens = pel_export_tokens(trace, &o, at("t.csv"), &err);
  setrlimit(RLIMIT_FSIZE, &old);
  for (int i = 0; i < 6; i++)
    CHECK_MSG(got[i] == PEL_ERR_IO && strstr(texts[i], strerror(EFBIG)), "%s: %d %s", names[i], got[i],
              texts[i]);
  CHECK(tensors == PEL_ERR_IO && tokens == PEL_ERR_IO);
  CHECK(count_files() == 0);
}

static bool stop_late(double fraction, void *user) {
  (void)user;
  return fraction < 0.5;
}

static void test_failures_leave_nothing(void) {
  clear_folder();
  pel_export_options o = {.progress = {stop_late, NULL}};
  pel_trace *damaged = fake_trace_new(FAKE_TOKENS);
  CHECK(pel_export_attention(trace, &o, at("m.npy"), &err) == PEL_ERR_CANCELLED);
  CHECK(pel_export_heads(trace, &o, at("h.png"), &err) == PEL_ERR_CANCELLED);
  CHECK(pel_export_tensors(trace, &o, at("t.safetensors"), &err) == PEL_ERR_CANCELLED);
  o = (pel_export_options){0};
  fake_trace_fail_map(damaged, 1);
  CHECK(pel_export_attention(damaged, &o, at("m.json"), &err) == PEL_ERR_INPUT);
  CHECK(pel_export_attention(damaged, &o, at("m.pdf"), &err) == PEL_ERR_INPUT);
  CHECK(pel_export_attention(trace, &o, at("m.txt"), &err) == PEL_ERR_USAGE);
  CHECK_MSG(strstr(err.text, ".png .svg .pdf .npy .csv .json"), "%s", err.text);
  CHECK(pel_export_tokens(trace, &o, at("t.npy"), &err) == PEL_ERR_USAGE);
  CHECK(pel_export_attention(trace, &o, ".png", &err) == PEL_ERR_USAGE);
  o.of.layer = 2;
  CHECK(pel_export_attention(trace, &o, at("m.png"), &err) == PEL_ERR_USAGE);
  o = (pel_export_options){.width = 5};
  CHECK(pel_export_attention(trace, &o, at("m.png"), &err) == PEL_ERR_USAGE);
  o = (pel_export_options){.width = 20000, .height = 10};
  CHECK(pel_export_tokens(trace, &o, at("t.pdf"), &err) == PEL_ERR_USAGE);
  CHECK(count_files() == 0);
  pel_trace_close(damaged);
}

/* ---- data ---- */

static void test_npy(void) {
  size_t size;
  pel_export_options o = {
      .of.layer = 1, .of.head = 3, .rows = {5, 21}, .cols = {2, 40}, .scale = PEL_SCALE_RANK, .no_sink = true};
  clear_folder();
  CHECK_OK(pel_export_attention(trace, &o, at("m.npy"), &err));
  unsigned char *bytes = slurp(at("m.npy"), &size);
  CHECK(memcmp(bytes, "\x93NUMPY\x01\x00", 8) == 0);
  size_t header = 10u + bytes[8] + 256u * bytes[9];
  CHECK(header % 64 == 0 && size == header + 16 * 38 * 4 && bytes[header - 1] == '\n');
  CHECK(strstr((char *)bytes + 10, "'descr': '<f4'") && strstr((char *)bytes + 10, "'shape': (16, 38,)"));
  float want[16 * 38];
  CHECK_OK(pel_trace_map(trace, 1, 3, o.rows, o.cols, want, &err));
  CHECK(memcmp(bytes + header, want, sizeof want) == 0);
  free(bytes);
  o = (pel_export_options){0};
  CHECK_OK(pel_export_heads(trace, &o, at("h.npy"), &err));
  bytes = slurp(at("h.npy"), &size);
  CHECK(strstr((char *)bytes + 10, "'shape': (4, 6, 40, 40,)"));
  float first;
  header = 10u + bytes[8] + 256u * bytes[9];
  memcpy(&first, bytes + header + 2 * 6 * 1600 * 4, 4);
  CHECK(isnan(first)); /* layer 2 was not recorded */
  free(bytes);
}

static void test_tokens_data(void) {
  pel_export_options o = {.by = PEL_SIGNAL_SINK};
  clear_folder();
  CHECK_OK(pel_export_tokens(trace, &o, at("t.json"), &err));
  CHECK_OK(pel_export_tokens(trace, &o, at("t.csv"), &err));
  CHECK(python(
      "import json, csv\n"
      "d = json.load(open('t.json', encoding='utf-8'))\n"
      "t = d['tokens']\n"
      "assert len(t) == 40 and d['model'] == 'Fake <135M> & co' and d['trace'].startswith('3f9c0a')\n"
      "assert t[0]['logprob'] is None and t[0]['alternatives'] == [] and t[0]['segment'] == 'template'\n"
      "assert t[12]['piece'] == ' <b>&\"' and 'piece_hex' not in t[12]\n"
      "assert t[13]['piece_hex'] == '20e4b8' and t[13]['piece'].startswith(' \\ufffd')\n"
      "assert t[17]['piece'] == 'قطة' and t[2]['piece'] == '\\n' and t[29]['piece'] == '\\x07'\n"
      "assert t[28]['piece_hex'] == '20fffe'\n"
      "assert -12 <= t[1]['logprob'] < 0 and isinstance(t[1]['logprob'], float)\n"
      "assert len(t[5]['alternatives']) == 5 and t[5]['alternatives'][1]['piece'] == ' a,\"b\"'\n"
      "assert t[5]['alternatives'][2]['piece_hex'] == 'e4b8'\n"
      "r = list(csv.reader(open('t.csv', newline='', encoding='utf-8')))\n"
      "h = r[0]\n"
      "assert len(r) == 41 and all(len(x) == len(h) for x in r), [len(x) for x in r]\n"
      "assert h[:9] == ['position','id','piece','piece_hex','segment','logprob','entropy','margin','sink']\n"
      "for j, x in zip(t, r[1:]):\n"
      "    assert int(x[0]) == j['position'] and int(x[1]) == j['id'] and x[2] == j['piece'], (x, j)\n"
      "    assert x[3] == j.get('piece_hex', '') and x[4] == j['segment']\n"
      "    assert (float(x[5]) if x[5] else None) == j['logprob'] and float(x[8]) == j['sink']\n"
      "    for k, a in enumerate(j['alternatives']):\n"
      "        y = x[9 + 4 * k:13 + 4 * k]\n"
      "        assert int(y[0]) == a['id'] and y[1] == a['piece'] and float(y[3]) == a['logprob']\n"
      "raw = open('t.csv', 'rb').read()\n"
      "assert raw.endswith(b'\\r\\n')\n"));
}

static void test_map_data(void) {
  pel_export_options o = {.of.layer = 1, .of.head = 2, .rows = {10, 20}, .cols = {8, 22}};
  clear_folder();
  CHECK_OK(pel_export_attention(trace, &o, at("m.json"), &err));
  CHECK_OK(pel_export_attention(trace, &o, at("m.csv"), &err));
  CHECK_OK(pel_export_attention(trace, &o, at("m.npy"), &err));
  CHECK_OK(pel_export_heads(trace, &(pel_export_options){0}, at("h.json"), &err));
  CHECK(python(
      "import json, csv, struct\n"
      "d = json.load(open('m.json', encoding='utf-8'))\n"
      "b = open('m.npy', 'rb').read()\n"
      "n = 10 + b[8] + 256 * b[9]\n"
      "v = struct.unpack('<140f', b[n:])\n"
      "f = lambda x: struct.unpack('<f', struct.pack('<f', x))[0]\n"
      "assert d['rows'] == [10, 20] and d['cols'] == [8, 22] and d['layer'] == 1 and d['head'] == 2\n"
      "assert [f(x) for row in d['weights'] for x in row] == list(v)\n"
      "assert [q['position'] for q in d['queries']] == list(range(10, 20)) and len(d['keys']) == 14\n"
      "r = list(csv.DictReader(open('m.csv', newline='', encoding='utf-8')))\n"
      "assert len(r) == sum(1 for q in range(10, 20) for k in range(8, 22) if q - 8 < k <= q), len(r)\n"
      "for x in r:\n"
      "    q, k = int(x['query']), int(x['key'])\n"
      "    assert f(float(x['weight'])) == v[(q - 10) * 14 + k - 8]\n"
      "    assert x['key_piece'] == d['keys'][k - 8]['piece'] and x['query_piece_hex'] == d['queries'][q - "
      "10].get('piece_hex', '')\n"
      "h = json.load(open('h.json'))['heads']\n"
      "assert len(h) == 24 and sum(x['recorded'] for x in h) == 17\n"
      "assert all((x['sink'] is None) == (not x['recorded']) for x in h)\n"));
}

static void test_safetensors(void) {
  pel_export_options o = {0};
  clear_folder();
  CHECK_OK(pel_export_tensors(trace, &o, at("t.safetensors"), &err));
  CHECK(python(
      "import json, struct\n"
      "b = open('t.safetensors', 'rb').read()\n"
      "n, = struct.unpack('<Q', b[:8])\n"
      "h = json.loads(b[8:8 + n])\n"
      "m = h.pop('__metadata__')\n"
      "data = b[8 + n:]\n"
      "assert n % 8 == 0 and b[8] == ord('{') and all(isinstance(x, str) for x in m.values())\n"
      "assert m['layer.3.heads'] == '0,1,2,3,5' and m['layer.3.kv_heads'] == '0,1,2' and 'layer.2.heads' not "
      "in m\n"
      "assert m['trace'].startswith('3f9c') and m['layer.1.window'] == '8' and abs(float(m['layer.0.scale']) "
      "- 0.353553) < 1e-6\n"
      "size = {'F16': 2, 'F32': 4, 'I32': 4}\n"
      "end = 0\n"
      "for name, t in sorted(h.items(), key=lambda x: x[1]['data_offsets']):\n"
      "    a, z = t['data_offsets']\n"
      "    count = 1\n"
      "    for s in t['shape']: count *= s\n"
      "    assert a == end and z - a == count * size[t['dtype']] and a % size[t['dtype']] == 0, name\n"
      "    end = z\n"
      "assert end == len(data) and len(h) == 1 + 3 * 8\n"
      "def get(name):\n"
      "    t = h[name]; a, z = t['data_offsets']\n"
      "    code = {'F16': 'e', 'F32': 'f', 'I32': 'i'}[t['dtype']]\n"
      "    return t['shape'], struct.unpack('<%d%s' % ((z - a) // size[t['dtype']], code), data[a:z])\n"
      "shape, q = get('layer.3.q')\n"
      "assert shape == [40, 5, 8]\n"
      "for r in range(40):\n"
      "    for i, head in enumerate([0, 1, 2, 3, 5]):\n"
      "        for d in range(8):\n"
      "            want = struct.unpack('<e', struct.pack('<e', r + (head * 8 + d) / 64))[0]\n"
      "            assert q[(r * 5 + i) * 8 + d] == want\n"
      "assert get('layer.0.k')[0] == [40, 3, 8] and get('layer.0.softmax_max')[0] == [40, 6]\n"
      "s = get('layer.0.sink')[1]\n"
      "assert s[0] == 1 and get('token_ids')[1][:3] == (1000, 1001, 1002)\n"
      "assert abs(sum(get('layer.0.received')[1]) - 240) < 0.01\n"));
}

/* ---- pictures ---- */

/* Each fact of the caption has to be in the text of the file. */
static void write_facts(const pel_caption *caption) {
  FILE *f = fopen(at("facts"), "w");
  fprintf(f, "%s\n", caption->title);
  for (uint32_t i = 0; i < caption->n_facts; i++)
    fprintf(f, "%s\n", caption->facts[i]);
  fclose(f);
}

static void test_text_stays_text(void) {
  clear_folder();
  pel_export_options o = {.of.layer = 1, .of.head = 0, .no_sink = true};
  pel_map_options mo = {.of.layer = 1, .of.head = 0, .no_sink = true};
  pel_map_view view;
  pel_caption caption;
  CHECK_OK(pel_map_view_load(trace, &mo, NULL, &view, &err));
  pel_caption_map(trace, &view, &caption);
  write_facts(&caption);
  pel_map_view_clear(&view);
  CHECK_OK(pel_export_attention(trace, &o, at("m.svg"), &err));
  CHECK_OK(pel_export_attention(trace, &o, at("m.pdf"), &err));
  CHECK_OK(pel_export_tokens(trace, &o, at("t.svg"), &err));
  CHECK_OK(pel_export_heads(trace, &(pel_export_options){0}, at("h.svg"), &err));
  CHECK(python(
      "import xml.etree.ElementTree as E\n"
      "S = '{http://www.w3.org/2000/svg}'\n"
      "r = E.parse('m.svg').getroot()\n"
      "texts = [''.join(t.itertext()) for t in r.iter(S + 'text')]\n"
      "facts = open('facts', encoding='utf-8').read().splitlines()\n"
      "assert len(facts) >= 8\n"
      "for f in facts: assert any(f in t for t in texts), (f, texts[-4:])\n"
      "assert '␣<b>&\"' in texts and 'قطة' in texts and '␣<E4><B8>' in texts and '猫' in texts\n"
      "assert len(r.findall(S + 'image')) == 1 and len(r.findall(S + 'rect')) >= 40 * 8 - 28\n" /* the bar
                                                                                                   alone is an
                                                                                                   image */
      "assert facts[0] == r.find(S + 'title').text and facts[-1] in r.find(S + 'desc').text\n"
      "t = E.parse('t.svg').getroot()\n"
      "assert any('antidisestablishmentarianism' in ''.join(x.itertext()) for x in t.iter(S + 'text'))\n"
      "assert len(E.parse('h.svg').getroot().findall(S + 'image')) == 18\n"));
  if (!have("pdftotext")) {
    printf("  note: no pdftotext, a check was left out\n");
    return;
  }
  char command[256];
  snprintf(command, sizeof command, "cd %s && pdftotext -layout m.pdf m.txt", folder);
  CHECK(system(command) == 0);
  CHECK(
      python("t = ' '.join(open('m.txt', encoding='utf-8').read().split())\n"
             "for f in open('facts', encoding='utf-8').read().splitlines(): assert f in t, (f, t[-400:])\n"));
}

static void test_large_maps_are_images(void) {
  clear_folder();
  pel_trace *large = fake_trace_new_plain(300);
  pel_export_options o = {.of.head = 1};
  CHECK_OK(pel_export_attention(large, &o, at("m.svg"), &err));
  CHECK(python("import xml.etree.ElementTree as E, base64, struct\n"
               "S = '{http://www.w3.org/2000/svg}'\n"
               "i = E.parse('m.svg').getroot().findall(S + 'image')\n"
               "assert len(i) == 2 and 'pixelated' in i[0].get('style')\n"
               "png = base64.b64decode(i[0].get('{http://www.w3.org/1999/xlink}href').split(',')[1])\n"
               "assert struct.unpack('>II', png[16:24]) == (300, 300)\n"));
  pel_trace_close(large);
}

static void test_sizes_asked_for(void) {
  size_t size;
  clear_folder();
  const struct {
    uint32_t width, height;
  } sizes[] = {{16, 16}, {300, 200}, {1234, 777}, {640, 0}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    pel_export_options o = {.width = sizes[i].width,
                            .height = sizes[i].height,
                            .force = true,
                            .dark = i & 1,
                            .by = PEL_SIGNAL_MARGIN};
    CHECK_OK(pel_export_attention(trace, &o, at("a.png"), &err));
    unsigned char *png = slurp(at("a.png"), &size);
    CHECK(size > 24 && png[18] * 256u + png[19] == sizes[i].width);
    if (sizes[i].height) CHECK(png[22] * 256u + png[23] == sizes[i].height);
    free(png);
    CHECK_OK(pel_export_heads(trace, &o, at("h.png"), &err));
    CHECK_OK(pel_export_tokens(trace, &o, at("t.png"), &err));
    CHECK_OK(pel_export_tokens(trace, &o, at("t.pdf"), &err));
    CHECK_OK(pel_export_heads(trace, &o, at("h.pdf"), &err));
  }
}

static void test_same_trace_same_file(void) {
  size_t a_size, b_size;
  const char *const names[] = {"a.png", "a.svg", "a.pdf", "a.json"};
  for (int i = 0; i < 4; i++) {
    clear_folder();
    pel_export_options o = {0};
    CHECK_OK(pel_export_attention(trace, &o, at(names[i]), &err));
    unsigned char *a = slurp(at(names[i]), &a_size);
    o.force = true;
    CHECK_OK(pel_export_attention(trace, &o, at(names[i]), &err));
    unsigned char *b = slurp(at(names[i]), &b_size);
    CHECK_MSG(a_size == b_size && memcmp(a, b, a_size) == 0, "%s", names[i]);
    free(a);
    free(b);
  }
}

/* A German locale, made here when the system has none: its decimal point is a comma. */
static void enter_german(void) {
  char command[256], number[16];
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
    snprintf(command, sizeof command,
             "mkdir %s.loc && localedef -i de_DE -f UTF-8 %s.loc/de_DE.UTF-8 2>/dev/null", folder, folder);
    if (system(command) == 0) {
      snprintf(command, sizeof command, "%s.loc", folder);
      setenv("LOCPATH", command, 1);
      setlocale(LC_ALL, "de_DE.UTF-8");
      unsetenv("LOCPATH");
    }
  }
  snprintf(number, sizeof number, "%.1f", 1.5);
  if (strcmp(number, "1,5") != 0) printf("  note: no German locale, numbers were tested in this one\n");
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  enter_german();
  trace = fake_trace_new(FAKE_TOKENS);
  RUN(test_outfile);
  RUN(test_outfile_loses_a_race_gracefully);
  RUN(test_full_disk_leaves_nothing);
  RUN(test_failures_leave_nothing);
  RUN(test_npy);
  RUN(test_tokens_data);
  RUN(test_map_data);
  RUN(test_safetensors);
  RUN(test_text_stays_text);
  RUN(test_large_maps_are_images);
  RUN(test_sizes_asked_for);
  RUN(test_same_trace_same_file);
  pel_trace_close(trace);
  clear_folder();
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s %s.loc", folder, folder);
  return system(command) == 0 ? check_result() : 1;
}
