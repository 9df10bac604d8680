/* A pack as a folder of texts: pack.json names what belongs to it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/file.h"
#include "engine/base/mem.h"
#include "engine/base/status.h"
#include "engine/knowledge/builder.h"
#include "engine/knowledge/check_rules.h"
#include "engine/knowledge/expected.h"
#include "engine/knowledge/import.h"
#include "engine/knowledge/import_rules.h"
#include "engine/knowledge/import_sections.h"
#include "engine/knowledge/json_document.h"
#include "engine/logic/program.h"

enum { PATH = 1024, RULE_BYTES = 64 << 20 };

typedef struct folder {
  const char *path;
  const pel_doc_place *root;
  pel_pack_builder *b;
  pel_import *done;
  pel_program *language; /* with the operators that the rules declare; NULL until the vocabulary is read */
} folder;

/* Where symbolic links lead counts, not the name: what a stranger's folder names is published with the pack. */
static bool leads_out(const folder *f, const char *path) {
  char *real = realpath(path, NULL), *root = realpath(f->path, NULL);
  size_t n = root ? strlen(root) : 0;
  while (n && root[n - 1] == '/') n--;
  bool out = real && root && (strncmp(real, root, n) != 0 || real[n] != '/');
  free(real);
  free(root);
  return out; /* what is not there is said by who opens it */
}

/* A file inside the folder: names that lead out of it are refused. */
static pel_status inside(const folder *f, const pel_doc_place *at, const char *name, char out[PATH], pel_error *err) {
  if (name[0] == '/' || strstr(name, "..")) return pel_doc_fail(at, err, "\"%.100s\" leads out of the pack's folder", name);
  if (snprintf(out, PATH, "%s/%s", f->path, name) >= PATH) return pel_doc_fail(at, err, "the path is too long");
  if (leads_out(f, out)) return pel_doc_fail(at, err, "\"%.100s\" leads out of the pack's folder by a symbolic link", name);
  return PEL_OK;
}

/* What the source's file has; what pack.json says of it has to be the same. */
static pel_status take_hash(const pel_doc_place *at, const char *file, const char *path, char hash[PEL_SHA256_HEX], pel_source *row, pel_error *err) {
  pel_doc_place given;
  PEL_TRY(pel_pack_file_sha256(path, hash, err));
  if (*row->sha256 && strcasecmp(row->sha256, hash) != 0 && pel_doc_member(at, "sha256", &given))
    return pel_doc_fail(&given, err, "is %.70s, but %.100s has %s: put the file there that is meant, or take the key out", row->sha256, file, hash);
  row->sha256 = hash;
  return PEL_OK;
}

static pel_status read_source(folder *f, const pel_doc_place *at, pel_error *err) {
  static const char *const keys[] = {"key", "title", "publisher", "version", "url", "licence", "retrieved", "sha256", "file", "form", NULL};
  pel_source row = {0};
  const char *file, *form;
  int64_t id;
  char path[PATH], hash[PEL_SHA256_HEX];
  PEL_TRY(pel_doc_is_object(at, err));
  PEL_TRY(pel_doc_known_keys(at, keys, err));
  PEL_TRY(pel_doc_line(at, "key", true, &row.key, err));
  PEL_TRY(pel_doc_line(at, "title", true, &row.title, err));
  PEL_TRY(pel_doc_line(at, "publisher", false, &row.publisher, err));
  PEL_TRY(pel_doc_line(at, "version", false, &row.version, err));
  PEL_TRY(pel_doc_line(at, "url", false, &row.url, err));
  PEL_TRY(pel_doc_line(at, "licence", false, &row.licence, err));
  PEL_TRY(pel_doc_date(at, "retrieved", false, &row.retrieved, err));
  PEL_TRY(pel_doc_line(at, "sha256", false, &row.sha256, err));
  PEL_TRY(pel_doc_line(at, "file", false, &file, err));
  PEL_TRY(pel_doc_line(at, "form", false, &form, err));
  if (strpbrk(row.key, " \t")) return pel_doc_fail(at, err, "a source's key has no blanks");
  if (*form && strcmp(form, "places") != 0 && strcmp(form, "statute") != 0 && strcmp(form, "text") != 0)
    return pel_doc_fail(at, err, "\"form\" is places, statute or text");
  if (*file) PEL_TRY(inside(f, at, file, path, err));
  if (*file) PEL_TRY(take_hash(at, file, path, hash, &row, err));
  PEL_TRY(pel_pack_add_source(f->b, &row, &id, err));
  f->done->sources++;
  if (!*file) return PEL_OK;
  if (strcmp(form, "statute") == 0) return pel_import_statute(f->b, path, id, f->done, err);
  if (strcmp(form, "text") == 0) return pel_import_text(f->b, path, id, f->done, err);
  return pel_import_places(f->b, path, id, f->done, err);
}

static pel_status read_rules(folder *f, const pel_doc_place *at, pel_error *err) {
  static const char *const keys[] = {"file", "sections", NULL};
  const char *file, *sections = "";
  if (json_object_is_type(at->value, json_type_string)) file = json_object_get_string(at->value);
  else {
    PEL_TRY(pel_doc_is_object(at, err));
    PEL_TRY(pel_doc_known_keys(at, keys, err));
    PEL_TRY(pel_doc_line(at, "file", true, &file, err));
    PEL_TRY(pel_doc_line(at, "sections", false, &sections, err));
  }
  char path[PATH], *text;
  size_t size;
  PEL_TRY(inside(f, at, file, path, err));
  PEL_TRY(pel_file_read(path, "rule file", RULE_BYTES, &text, &size, err));
  pel_status status = pel_import_rules_text(f->b, file, *sections ? sections : NULL, text, size, f->done, err);
  free(text);
  return status;
}

static pel_status read_type(const pel_doc_place *at, pel_term_type *out, pel_error *err) {
  const char *name;
  PEL_TRY(pel_doc_line(at, "type", false, &name, err));
  *out = PEL_TERM_YESNO;
  for (int i = 0; i < PEL_TERM_TYPES; i++)
    if (strcmp(name, pel_term_type_name((pel_term_type)i)) == 0) return *out = (pel_term_type)i, PEL_OK;
  return *name ? pel_doc_fail(at, err, "\"type\" is yesno, quantity, date, choice, text or step") : PEL_OK;
}

static bool take_declaration(void *user, const char *text) {
  folder *f = user;
  pel_consult how = {.file = "rules"};
  return pel_program_consult(f->language, text, strlen(text), &how, NULL) == PEL_OK;
}

static pel_status check_pattern(folder *f, const pel_doc_place *at, const char *term, pel_error *err) {
  uint32_t functor;
  pel_doc_place place;
  pel_error inner = {0};
  if (!f->language) {
    PEL_TRY(pel_program_create(&f->language, err));
    PEL_TRY(pel_builder_declarations(f->b, take_declaration, f, err));
  }
  pel_status status = pel_pattern_functor(f->language, term, &functor, &inner);
  if (status == PEL_ERR_INPUT && pel_doc_member(at, "term", &place)) return pel_doc_fail(&place, err, "%s", inner.text);
  return status == PEL_OK ? PEL_OK : pel_fail(err, status, "%s", inner.text);
}

static pel_status read_term(folder *f, const pel_doc_place *at, pel_error *err) {
  static const char *const keys[] = {"term", "says", "denied", "asks", "type", "unit", "allowed", "askable", NULL};
  pel_vocabulary row = {0};
  pel_doc_place askable;
  PEL_TRY(pel_doc_is_object(at, err));
  PEL_TRY(pel_doc_known_keys(at, keys, err));
  PEL_TRY(pel_doc_line(at, "term", true, &row.term, err));
  PEL_TRY(check_pattern(f, at, row.term, err));
  PEL_TRY(pel_doc_line(at, "says", true, &row.says, err));
  PEL_TRY(pel_doc_line(at, "denied", false, &row.denied, err));
  PEL_TRY(pel_doc_line(at, "asks", false, &row.asks, err));
  PEL_TRY(pel_doc_line(at, "unit", false, &row.unit, err));
  PEL_TRY(pel_doc_line(at, "allowed", false, &row.allowed, err));
  PEL_TRY(read_type(at, &row.type, err));
  if (pel_doc_member(at, "askable", &askable)) {
    if (!json_object_is_type(askable.value, json_type_boolean)) return pel_doc_fail(&askable, err, "true or false is expected here");
    row.askable = json_object_get_boolean(askable.value);
  }
  PEL_TRY(pel_pack_add_vocabulary(f->b, &row, NULL, err));
  f->done->vocabulary++;
  return PEL_OK;
}

static pel_status each_item(folder *f, const pel_doc_place *array, size_t n, pel_status (*read)(folder *, const pel_doc_place *, pel_error *), pel_error *err) {
  for (size_t i = 0; i < n; i++) {
    pel_doc_place item;
    pel_doc_item(array, i, &item);
    PEL_TRY(read(f, &item, err));
  }
  return PEL_OK;
}

/* The list itself, or the name of a file that holds it. */
static pel_status read_vocabulary(folder *f, const pel_doc_place *root, pel_error *err) {
  pel_doc_place at;
  char path[PATH];
  struct json_object *list;
  if (!pel_doc_member(root, "vocabulary", &at)) return PEL_OK;
  if (json_object_is_type(at.value, json_type_array)) return each_item(f, &at, json_object_array_length(at.value), read_term, err);
  const char *file;
  PEL_TRY(pel_doc_line(root, "vocabulary", true, &file, err));
  PEL_TRY(inside(f, &at, file, path, err));
  PEL_TRY(pel_doc_load(path, NULL, &list, err));
  pel_doc_place whole = {.file = path, .path = "$", .value = list};
  pel_status status = json_object_is_type(list, json_type_array) ? each_item(f, &whole, json_object_array_length(list), read_term, err)
                                                                  : pel_doc_fail(&whole, err, "a list [...] is expected here");
  json_object_put(list);
  return status;
}

static pel_status read_case(folder *f, const pel_doc_place *at, pel_error *err) {
  static const char *const keys[] = {"file", "expected", NULL};
  const char *file;
  pel_doc_place expected;
  char path[PATH], *text;
  struct json_object *parsed;
  PEL_TRY(pel_doc_is_object(at, err));
  PEL_TRY(pel_doc_known_keys(at, keys, err));
  PEL_TRY(pel_doc_line(at, "file", true, &file, err));
  if (!pel_doc_member(at, "expected", &expected)) return pel_doc_fail(at, err, "\"expected\" is missing: what the rules are to conclude");
  PEL_TRY(pel_expected_check(&expected, err));
  PEL_TRY(inside(f, at, file, path, err));
  PEL_TRY(pel_doc_load(path, &text, &parsed, err));
  json_object_put(parsed);
  pel_pack_case row = {.name = file, .text = text, .expected = json_object_to_json_string_ext(expected.value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)};
  pel_status status = pel_pack_add_case(f->b, &row, NULL, err);
  free(text);
  f->done->cases += status == PEL_OK;
  return status;
}

/* A guideline names its sources itself. */
static pel_status import_gdl2(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err) {
  (void)source;
  return pel_import_gdl2(b, path, done, err);
}

/* Guidelines that the folder imports, wherever in the list they stand: the test files are for them. */
static pel_status import_tests(folder *f, const char *path, pel_error *err) {
  pel_doc_place list, item;
  size_t n, n_paths = 0;
  PEL_TRY(pel_doc_array(f->root, "imports", true, &list, &n, err));
  char (*room)[PATH] = pel_alloc(n + 1, sizeof *room);
  const char **paths = pel_alloc(n + 1, sizeof *paths), *file, *format;
  pel_status status = room && paths ? PEL_OK : pel_fail_memory(err, "the names of the guidelines", n);
  for (size_t i = 0; i < n && status == PEL_OK; i++) {
    pel_doc_item(&list, i, &item);
    status = pel_doc_is_object(&item, err);
    if (status == PEL_OK) status = pel_doc_line(&item, "file", true, &file, err);
    if (status == PEL_OK) status = pel_doc_line(&item, "format", true, &format, err);
    if (status != PEL_OK || strcmp(format, "gdl2") != 0) continue;
    status = inside(f, &item, file, room[n_paths], err);
    paths[n_paths] = room[n_paths], n_paths++;
  }
  if (status == PEL_OK) status = pel_import_gdl2_tests(f->b, path, paths, n_paths, f->done, err);
  free(room), free(paths);
  return status;
}

static pel_status read_import(folder *f, const pel_doc_place *at, pel_error *err) {
  static const char *const keys[] = {"file", "format", "source", NULL};
  static const struct {
    const char *name;
    pel_status (*read)(pel_pack_builder *, const char *, int64_t, pel_import *, pel_error *);
  } formats[] = {{"obographs", pel_import_obographs}, {"obo", pel_import_obo}, {"hpoa", pel_import_hpoa}, {"tsv", pel_import_tsv}, {"text", pel_import_text}, {"statute", pel_import_statute}, {"gdl2", import_gdl2}};
  const char *file, *format, *source;
  int64_t id = 0;
  char path[PATH];
  PEL_TRY(pel_doc_is_object(at, err));
  PEL_TRY(pel_doc_known_keys(at, keys, err));
  PEL_TRY(pel_doc_line(at, "file", true, &file, err));
  PEL_TRY(pel_doc_line(at, "format", true, &format, err));
  PEL_TRY(pel_doc_line(at, "source", false, &source, err));
  PEL_TRY(inside(f, at, file, path, err));
  if (*source && !(id = pel_builder_source(f->b, source))) return pel_doc_fail(at, err, "\"source\": none of the sources has the key \"%.60s\"", source);
  if (strcmp(format, "gdl2-tests") == 0) return import_tests(f, path, err);
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (strcmp(format, formats[i].name) == 0) return formats[i].read(f->b, path, id, f->done, err);
  return pel_doc_fail(at, err, "\"format\" is obographs, obo, hpoa, tsv, text, statute, gdl2 or gdl2-tests");
}

/* A name of a file. */
static pel_status read_learnt(folder *f, const pel_doc_place *at, pel_error *err) {
  char path[PATH];
  if (!json_object_is_type(at->value, json_type_string)) return pel_doc_fail(at, err, "the name of a file is expected");
  PEL_TRY(inside(f, at, json_object_get_string(at->value), path, err));
  return pel_import_learnt(f->b, path, f->done, err);
}

static pel_status read_all(folder *f, const pel_doc_place *root, pel_error *err) {
  static const struct {
    const char *key;
    pel_status (*read)(folder *, const pel_doc_place *, pel_error *);
  } lists[] = {{"sources", read_source}, {"imports", read_import}, {"rules", read_rules}, {"cases", read_case}, {"learnt", read_learnt}};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    pel_doc_place list;
    size_t n;
    PEL_TRY(pel_doc_array(root, lists[i].key, false, &list, &n, err));
    PEL_TRY(each_item(f, &list, n, lists[i].read, err));
  }
  return read_vocabulary(f, root, err);
}

static pel_status read_header(const pel_doc_place *root, pel_pack_header *h, pel_error *err) {
  static const char *const keys[] = {"pellucid_pack", "name", "title", "version", "language", "advice", "sources", "imports", "rules", "vocabulary", "cases", "learnt", NULL};
  pel_doc_place version;
  PEL_TRY(pel_doc_is_object(root, err));
  PEL_TRY(pel_doc_known_keys(root, keys, err));
  if (!pel_doc_member(root, "pellucid_pack", &version) || json_object_get_int(version.value) != 1)
    return pel_doc_fail(root, err, "\"pellucid_pack\": 1 is missing: is this a pack's pack.json?");
  PEL_TRY(pel_doc_line(root, "name", true, &h->name, err));
  PEL_TRY(pel_doc_line(root, "title", false, &h->title, err));
  PEL_TRY(pel_doc_line(root, "version", true, &h->version, err));
  PEL_TRY(pel_doc_line(root, "language", false, &h->language, err));
  return pel_doc_line(root, "advice", false, &h->advice, err);
}

pel_status pel_pack_build_folder(const char *path, const char *output, bool force, const pel_pack_encoder *encoder, const char *generator,
                                 bool (*progress)(double, void *), void *user, pel_import *done, pel_error *err) {
  char file[PATH];
  struct json_object *json;
  if (snprintf(file, sizeof file, "%s/pack.json", path) >= PATH) return pel_fail(err, PEL_ERR_USAGE, "%s: the path is too long", path);
  PEL_TRY(pel_doc_load(file, NULL, &json, err));
  pel_doc_place root = {.file = file, .path = "$", .value = json};
  pel_pack_header header = {.generator = generator};
  folder f = {.path = path, .root = &root, .done = done};
  pel_status status = read_header(&root, &header, err);
  if (status == PEL_OK) status = pel_pack_builder_create(output, force, &header, &f.b, err);
  if (status == PEL_OK) {
    status = read_all(&f, &root, err);
    pel_program_destroy(f.language);
    if (status == PEL_OK) status = pel_pack_builder_finish(f.b, encoder, progress, user, err);
    else pel_pack_builder_abandon(f.b);
  }
  json_object_put(json);
  return status;
}
