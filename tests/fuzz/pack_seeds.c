/* Writes packs as seeds of pack_fuzz.c into a folder, and files of every format as seeds of import_fuzz.c:
 *   pack_seeds FOLDER pack | import */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/pack_source.h"

static void put(const char *folder, const char *name, char kind, const char *text) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "wb");
  if (!f || fprintf(f, "%c%s", kind, text) < 1 || fclose(f)) abort();
}

static void put_pack(const char *folder, const char *name, int passages) {
  char path[4096];
  pel_pack_builder *b;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (passages == 0) {
    if (pack_build(path, true, NULL) != PEL_OK) abort();
    return;
  }
  if (pel_pack_builder_create(path, true, &pack_header, &b, NULL) != PEL_OK) abort();
  for (int i = 0; i < passages; i++) {
    char text[100];
    snprintf(text, sizeof text, "the spouse of passage %d in household %d", i, i % 7);
    if (pel_pack_add_passage(b, &(pel_passage){.path = text, .text = text}, NULL, NULL) != PEL_OK) abort();
  }
  if (pel_pack_builder_finish(b, NULL, NULL, NULL, NULL) != PEL_OK) abort();
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  const char *folder = argv[1];
  if (strcmp(argv[2], "pack") == 0) {
    put_pack(folder, "all", 0);
    put_pack(folder, "many", 300);
    return 0;
  }
  put(folder, "obographs", 0,
      "{\"graphs\":[{\"id\":\"x\",\"meta\":{},\"nodes\":[{\"id\":\"http://purl.obolibrary.org/obo/HP_0000001\",\"lbl\":\"All\",\"type\":\"CLASS\","
      "\"meta\":{\"definition\":{\"val\":\"D\\u00e9f \\\"q\\\"\",\"xrefs\":[]},\"synonyms\":[{\"pred\":\"hasExactSynonym\",\"val\":\"s\"}],"
      "\"basicPropertyValues\":[{\"pred\":\"http://www.geneontology.org/formats/oboInOwl#hasAlternativeId\",\"val\":\"HP:9\"},"
      "{\"pred\":\"http://purl.obolibrary.org/obo/IAO_0100001\",\"val\":\"HP:8\"}],\"deprecated\":true}}],"
      "\"edges\":[{\"sub\":\"http://purl.obolibrary.org/obo/HP_2\",\"pred\":\"is_a\",\"obj\":\"HP:1\"}]}]}");
  put(folder, "obo", 1,
      "format-version: 1.4\n\n[Term]\nid: HP:1\nname: All\ndef: \"De\\\"f\" [x]\nsynonym: \"syn\" EXACT []\nalt_id: HP:9\nis_a: HP:2 ! two\n"
      "relationship: part_of HP:3 {a=\"b\"} ! three\nis_obsolete: true\nreplaced_by: HP:4\n\n[Typedef]\nid: part_of\n");
  put(folder, "hpoa", 2,
      "#description: x\n#version: 1\ndatabase_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration\n"
      "OMIM:1\tA\t\tHP:1\tPMID:1\tPCS\tHP:3\t3/7\tMALE\tHP:5\tP\tx\nOMIM:1\tA\tNOT\tHP:2\t\t\t\t17%\t\t\tI\t\nOMIM:2\tB\t\tHP:2\t\t\t\tHP:0040283\t\t\tC\t\n");
  put(folder, "tsv", 3, "#note\nsubject\trelation\tobject\tweight\na\tis_a\tb\t0.5\nb\tr\tc\t\n");
  put(folder, "tsv_counts", 3, "a\tis_a\tb\t1\nb\tr\tc\t5\n");
  put(folder, "tsv_entities", 3, "id\tname\ttype\nA\tan a\tletter\n");
  put(folder, "markdown", 4, "Before\n\n# One #\ntext\n\n## Two\nmore\n```\n# code\n```\nThree\n=====\nend\n# One\nagain\n");
  put(folder, "text", 5, "First paragraph\nof two lines.\n\nSecond.\r\n\n");
  return 0;
}
