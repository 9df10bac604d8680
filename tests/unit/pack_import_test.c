/* Files of every format become the rows that docs/pack-format.md says, and bad ones are refused with their place. */
#include <math.h>
#include <pellucid/pack.h>
#include <unistd.h>

#include "tests/check.h"

static char folder[] = "/tmp/pel_pack_import_XXXXXX", input[80], markdown[80], output[80];

typedef pel_status (*importer)(pel_pack_builder *b, const char *path, int64_t source, pel_import *done, pel_error *err);

static pel_import done;
static pel_error err;

static pel_status import_bytes(importer read, const char *path, const char *bytes, size_t size, pel_pack **out) {
  pel_pack_builder *b;
  pel_pack_header header = {.name = "t"};
  int64_t source;
  FILE *f = fopen(path, "wb");
  if (!f || fwrite(bytes, 1, size, f) != size || fclose(f)) abort();
  done = (pel_import){0};
  err = (pel_error){0};
  if (pel_pack_builder_create(output, true, &header, &b, &err) != PEL_OK) abort();
  if (pel_pack_add_source(b, &(pel_source){.key = "src"}, &source, &err) != PEL_OK) abort();
  pel_status status = read(b, path, source, &done, &err);
  if (status != PEL_OK) {
    pel_pack_builder_abandon(b);
    return status;
  }
  CHECK_MSG(pel_pack_builder_finish(b, NULL, NULL, NULL, &err) == PEL_OK, "%s", err.text);
  CHECK_MSG(pel_pack_open(output, out, &err) == PEL_OK, "%s", err.text);
  return PEL_OK;
}

static pel_pack *take_file(importer read, const char *path, const char *text) {
  pel_pack *p = NULL;
  CHECK_MSG(import_bytes(read, path, text, strlen(text), &p) == PEL_OK, "%s", err.text);
  if (!p) exit(1);
  return p;
}

static pel_pack *take(importer read, const char *text) { return take_file(read, input, text); }

static void refuse(importer read, const char *text, const char *says) {
  pel_pack *p = NULL;
  pel_status status = import_bytes(read, input, text, strlen(text), &p);
  CHECK_MSG(status == PEL_ERR_INPUT && strstr(err.text, says) && strstr(err.text, input), "'%.40s': %d %s", text, status, err.text);
  if (status == PEL_OK) pel_pack_close(p);
}

static bool print_entity(void *user, const pel_entity *e) {
  char *out = user;
  sprintf(out + strlen(out), "%s|%s|%s|%s;", e->key, e->label, e->type, e->synonyms);
  return true;
}

static bool print_passage(void *user, const pel_passage *p) {
  char *out = user;
  sprintf(out + strlen(out), "%d|%s|%s|%s;", (int)p->source, p->path, p->label, p->text);
  return true;
}

static bool print_relation(void *user, const pel_relation *r) {
  char *out = user, weight[32];
  if (isnan(r->weight)) strcpy(weight, "-");
  else sprintf(weight, "%.3g", r->weight);
  sprintf(out + strlen(out), "%d %s %d %s%s [%s] %d;", (int)r->subject, r->relation, (int)r->object, weight, r->negated ? " not" : "", r->qualifier,
          (int)r->passage);
  return true;
}

static void expect(pel_pack *p, const char *entities, const char *relations, const char *passages) {
  char out[5000] = "";
  CHECK(pel_pack_entities(p, print_entity, out, &err) == PEL_OK);
  if (entities) CHECK_STR(out, entities);
  *out = 0;
  CHECK(pel_pack_relations(p, 0, false, print_relation, out, &err) == PEL_OK);
  if (relations) CHECK_STR(out, relations);
  *out = 0;
  CHECK(pel_pack_passages(p, print_passage, out, &err) == PEL_OK);
  if (passages) CHECK_STR(out, passages);
  pel_pack_close(p);
}

static void test_obographs(void) {
  expect(take(pel_import_obographs,
              "\xef\xbb\xbf{\"graphs\": [{\"id\": \"x\", \"meta\": {\"nodes\": [1, {\"a\": []}]}, \"nodes\": ["
              "{\"id\":\"http://purl.obolibrary.org/obo/HP_0000001\",\"lbl\":\"All\\tof it\",\"type\":\"CLASS\"},"
              "{\"id\":\"http://purl.obolibrary.org/obo/HP_0000002\",\"lbl\":\"Gr\\u00f6\\u00dfe \\ud83d\\ude00\",\"type\":\"CLASS\",\"meta\":{"
              "\"definition\":{\"val\":\"Deviation.\\nReally\",\"xrefs\":[\"x\"]},\"synonyms\":[{\"pred\":\"p\",\"val\":\"one\"},{\"val\":\"two\"}],"
              "\"basicPropertyValues\":[{\"pred\":\"http://www.geneontology.org/formats/oboInOwl#hasAlternativeId\",\"val\":\"HP:9\"}]}},"
              "{\"id\":\"http://purl.obolibrary.org/obo/HP_0000003\",\"lbl\":\"obsolete\",\"type\":\"CLASS\",\"meta\":{\"deprecated\":true,"
              "\"basicPropertyValues\":[{\"val\":\"http://purl.obolibrary.org/obo/HP_0000002\",\"pred\":\"http://purl.obolibrary.org/obo/IAO_0100001\"}]}},"
              "{\"id\":\"http://purl.obolibrary.org/obo/HP_0000004\",\"type\":\"CLASS\"},"
              "{\"id\":\"http://p\",\"lbl\":\"a property\",\"type\":\"PROPERTY\"}],"
              "\"edges\": [{\"sub\":\"http://purl.obolibrary.org/obo/HP_0000002\",\"pred\":\"is_a\",\"obj\":\"http://purl.obolibrary.org/obo/HP_0000001\"},"
              "{\"sub\":\"http://purl.obolibrary.org/obo/HP_0000002\",\"pred\":\"http://purl.obolibrary.org/obo/BFO_0000050\",\"obj\":\"http://x/y_1\"},"
              "{\"sub\":\"a\",\"pred\":\"b\"}]}]}"),
         "HP:0000001|All of it|phenotype|;HP:0000002|Gr\xc3\xb6\xc3\x9f" "e \xf0\x9f\x98\x80|phenotype|one\ntwo;HP:9||obsolete|;HP:0000003|obsolete|obsolete|;"
         "http://x/y_1||class|;",
         "3 replaced_by 2 - [] 0;4 replaced_by 2 - [] 0;2 is_a 1 - [] 0;2 part_of 5 - [] 0;",
         "1|HP:0000002|Gr\xc3\xb6\xc3\x9f" "e \xf0\x9f\x98\x80|Deviation.\nReally;");
  CHECK(done.entities == 3 && done.relations == 4 && done.passages == 1 && done.skipped == 2);
  CHECK_MSG(strstr(done.first_skipped, "term 'HP:0000004' lacks a label") && strstr(done.first_skipped, "byte "), "%s", done.first_skipped);
  static const char *const bad[][2] = {{"", "the file ends before"},
                                       {"[]", "expected an object"},
                                       {"{}", "no node and no edge"},
                                       {"{\"graphs\":[{\"nodes\":[{\"id\":", "the file ends before"},
                                       {"{\"graphs\":[{\"nodes\":[{\"id\":\"a", "ends within a string"},
                                       {"{\"graphs\":[}", "byte 12: a bracket"},
                                       {"{\"graphs\":[1,]}", "no JSON value"},
                                       {"{\"graphs\" 1}", "colon"},
                                       {"{\"a\":1 \"b\":2}", "comma"},
                                       {"{\"a\":1,}", "expected a key"},
                                       {"{\"a\":\"\\x\"}", "escape"},
                                       {"{\"a\":\"\\ud800x\"}", "surrogate"},
                                       {"{\"a\":\"\\udc00\"}", "surrogate"},
                                       {"{\"a\":\"\\u0000\"}", "u0000"},
                                       {"{\"a\":\"\n\"}", "control character"},
                                       {"{\"a\":\"\xff\"}", "not UTF-8"},
                                       {"{\"a\":nul}", "no JSON value"},
                                       {"{\"graphs\":[{\"edges\":[{\"sub\":\"a\",\"pred\":\"b\",\"obj\":\"c\"}]}]} x", "something after"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) refuse(pel_import_obographs, bad[i][0], bad[i][1]);
  char deep[500] = "{\"graphs\":";
  memset(deep + 10, '[', 100);
  refuse(pel_import_obographs, deep, "nested deeper");
}

static void test_obo(void) {
  expect(take(pel_import_obo,
              "format-version: 1.4\r\n! a remark\n\n[Term]\nid: HP:1 ! the root\nname: All \\(of it\\)\ndef: \"A \\\"def\\\".\" [PMID:1]\n"
              "synonym: \"one\" EXACT []\nsynonym: \"two\" RELATED [x]\nalt_id: HP:9\n\n[Term]\nid: HP:2\nname: Two\nis_a: HP:1 {a=\"b\"} ! All\n"
              "relationship: part_of HP:3 ! Three\nxref: X:1\n\n[Typedef]\nid: part_of\nname: part of\n\n[Term]\nid: HP:4\nname: obsolete Four\n"
              "is_obsolete: true\nreplaced_by: HP:2\n\n[Term]\nid: HP:5\n"),
         "HP:1|All (of it)|phenotype|one\ntwo;HP:9||obsolete|;HP:2|Two|phenotype|;HP:3||phenotype|;HP:4|obsolete Four|obsolete|;",
         "2 replaced_by 1 - [] 0;3 is_a 1 - [] 0;3 part_of 4 - [] 0;5 replaced_by 3 - [] 0;", "1|HP:1|All (of it)|A \"def\".;");
  CHECK(done.entities == 3 && done.skipped == 1);
  CHECK_STR(done.first_skipped, "in.txt, line 29: term 'HP:5' lacks a label");
  refuse(pel_import_obo, "", "ends without a [Term]");
  refuse(pel_import_obo, "no obo at all\n", "line 1: expected 'tag: value'");
  refuse(pel_import_obo, "[Term]\nid: A\nname: B\ndef: none\n", "line 4: def without a text");
  refuse(pel_import_obo, "[Term]\nid: A\nname: \xff\n", "line 3: is not UTF-8");
}

static const char hpoa_head[] = "#description: HPO\n#version: 1\ndatabase_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\t"
                                "modifier\taspect\tbiocuration\n";

static void refuse_hpoa(const char *line, const char *says) {
  char text[600];
  snprintf(text, sizeof text, "%s%s", hpoa_head, line);
  refuse(pel_import_hpoa, text, says);
}

static void test_hpoa(void) {
  char text[2000];
  snprintf(text, sizeof text, "%s%s", hpoa_head,
           "OMIM:1\tA disease\t\tHP:1\tPMID:1\tPCS\tHP:3\t3/7\tMALE\tHP:5;HP:6\tP\tx[2020]\nOMIM:1\tA disease\tNOT\tHP:2\tPMID:2\tIEA\t\t17%\t\t\tI\tx\n"
           "ORPHA:2\tB\t\tHP:2\t\t\t\tHP:0040283\t\t\tC\t\nORPHA:2\tB\t\tHP:1\t\t\t\tHP:0040285\t\t\tM\t\nORPHA:2\tB\t\t\t\t\t\t\t\t\tP\t\n"
           "ORPHA:2\tB\t\tHP:1\t\t\t\t\t\t\tH\t\n");
  expect(take(pel_import_hpoa, text), "OMIM:1|A disease|disease|;HP:1||phenotype|;HP:2||phenotype|;ORPHA:2|B|disease|;",
         "1 has_phenotype 2 0.429 [frequency: 3/7\nonset: HP:3\nsex: MALE\nmodifier: HP:5;HP:6\nevidence: PCS\nreference: PMID:1] 1;"
         "1 has_inheritance 3 0.17 not [frequency: 17%\nevidence: IEA\nreference: PMID:2] 1;4 has_clinical_course 3 0.17 [frequency: HP:0040283] 1;"
         "4 has_clinical_modifier 2 0 not [frequency: HP:0040285] 1;4 has_past_medical_history 2 - [] 1;",
         "1|in.txt||description: HPO\nversion: 1;");
  CHECK(done.relations == 5 && done.skipped == 1);
  CHECK_STR(done.first_skipped, "in.txt, line 8: lacks a disease or a phenotype");
  pel_pack_close(take(pel_import_hpoa, "#DatabaseID\tDiseaseName\tQualifier\tHPO_ID\nOMIM:1\tA\t\tHP:1\n"));
  CHECK(done.relations == 1);
  refuse_hpoa("OMIM:1\tA\tmaybe\tHP:1\t\t\t\t\t\t\tP\t\n", "line 4: qualifier 'maybe'");
  refuse_hpoa("OMIM:1\tA\t\tHP:1\t\t\t\t8/7\t\t\tP\t\n", "line 4: frequency '8/7'");
  refuse_hpoa("OMIM:1\tA\t\tHP:1\t\t\t\t101%\t\t\tP\t\n", "frequency '101%'");
  refuse_hpoa("OMIM:1\tA\t\tHP:1\t\t\t\toften\t\t\tP\t\n", "frequency 'often'");
  refuse_hpoa("OMIM:1\tA\t\tHP:1\t\t\t\t0/0\t\t\tP\t\n", "frequency '0/0'");
  refuse(pel_import_hpoa, "a\tb\tc\n", "line 1: expected the header");
  refuse(pel_import_hpoa, "#only\n", "ends before the header");
}

static void test_tsv(void) {
  expect(take(pel_import_tsv, "a\tis_a\tb\t0.5\nb\tr x\tc\t\n\nonly\ttwo\n"), "a|||;b|||;c|||;", "1 is_a 2 0.5 [] 1;2 r x 3 - [] 1;", "1|in.txt||in.txt;");
  CHECK(done.relations == 2 && done.skipped == 1);
  CHECK_STR(done.first_skipped, "in.txt, line 4: lacks a subject, a relation or an object");
  expect(take(pel_import_tsv, "# about\n#relation\tobject\tsubject\tweight\nis_a\tb\ta\t1\n"), "a|||;b|||;", "1 is_a 2 1 [] 1;", NULL);
  expect(take(pel_import_tsv, "a\tis_a\tb\t1\na\tr\tb\t5\n"), NULL, "1 is_a 2 - [1] 1;1 r 2 - [5] 1;", NULL);
  expect(take(pel_import_tsv, "id\tcategory\tname\nA\tletter\tan a\n\tx\ty\n"), "A|an a|letter|;", "", "");
  CHECK(done.skipped == 1);
  refuse(pel_import_tsv, "a b c\nd e f\n", "three columns");
  refuse(pel_import_tsv, "a\tb\tc\tmuch\n", "line 1: weight 'much'");
  refuse(pel_import_tsv, "a\tb\tc\n\xc3\tb\tc\n", "line 2: is not UTF-8");
  pel_pack *p;
  CHECK(import_bytes(pel_import_tsv, input, "a\0b\n", 4, &p) == PEL_ERR_INPUT && strstr(err.text, "line 1: holds a NUL"));
  CHECK(import_bytes(pel_import_tsv, input, "\x1f\x8b\x08", 3, &p) == PEL_ERR_INPUT && strstr(err.text, "compressed"));
  char *text = malloc(2000000);
  memset(text, 'a', 2000000);
  CHECK(import_bytes(pel_import_tsv, input, text, 2000000, &p) == PEL_ERR_INPUT && strstr(err.text, "line 1: longer"));
  memset(text, 'b', 9000);
  strcpy(text + 9000, "\tr\tb\n");
  refuse(pel_import_tsv, text, "line 1: entity 1");
  free(text);
}

static void test_text(void) {
  expect(take(pel_import_text, "First\nof two lines.\r\n\n\n  \nSecond.\f\n"), "", "", "1|paragraph 1||First\nof two lines.;1|paragraph 2||Second.;");
  expect(take_file(pel_import_text, markdown,
                   "Before\n\n# One #\ntext\n\nmore\n## Two\n### \n```\n# code\n---\n```\nThree\n===\nend\n# One\nagain\n#hash\n## Empty\n"),
         "", "",
         "1|before the first heading||Before;1|One|One|text\n\nmore;1|One > Two|Two|```\n# code\n---\n```;1|Three|Three|end;1|One (2)|One|again\n#hash;");
  CHECK(done.passages == 5);
  refuse(pel_import_text, "", "holds no text");
  refuse(pel_import_text, "\n \n", "holds no text");
}

static bool stop(double fraction, void *user) {
  (void)user;
  CHECK(fraction >= 0 && fraction <= 1);
  return false;
}

static void test_cancel(void) {
  pel_pack_builder *b;
  FILE *f = fopen(input, "w");
  for (int i = 0; i < 5000; i++) fprintf(f, "a%d\tr\tb\n", i);
  fclose(f);
  done = (pel_import){0};
  CHECK(pel_pack_builder_create(output, true, &(pel_pack_header){.name = "t"}, &b, &err) == PEL_OK);
  pel_pack_builder_watch(b, stop, NULL);
  CHECK(pel_import_tsv(b, input, 0, &done, &err) == PEL_ERR_CANCELLED);
  pel_pack_builder_abandon(b);
  CHECK(pel_pack_builder_create(output, true, &(pel_pack_header){.name = "t"}, &b, &err) == PEL_OK);
  CHECK(pel_import_tsv(b, "/nonexistent/x.tsv", 0, &done, &err) == PEL_ERR_IO);
  CHECK(pel_import_tsv(b, folder, 0, &done, &err) == PEL_ERR_INPUT);
  pel_pack_builder_abandon(b);
}

int main(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(input, sizeof input, "%s/in.txt", folder);
  snprintf(markdown, sizeof markdown, "%s/in.md", folder);
  snprintf(output, sizeof output, "%s/out.pack", folder);
  RUN(test_obographs);
  RUN(test_obo);
  RUN(test_hpoa);
  RUN(test_tsv);
  RUN(test_text);
  RUN(test_cancel);
  unlink(input), unlink(markdown), unlink(output);
  CHECK(rmdir(folder) == 0);
  return check_result();
}
