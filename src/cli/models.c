/* pellucid models: the model files in the user's data folder. */
#include <dirent.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "src/cli/cli.h"

static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};

/* A model's first or only part. */
static int is_model(const struct dirent *entry) {
  size_t n = strlen(entry->d_name);
  if (n < 5 || strcmp(entry->d_name + n - 5, ".gguf")) return 0;
  const char *of = strstr(entry->d_name, "-of-");
  return !of || (of - entry->d_name >= 6 && !strncmp(of - 6, "-00001", 6));
}

/* By bytes: the order must not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void print_text(const char *path, const pel_model_summary *m, const char *fault) {
  char size[24];
  if (fault) printf("%s\n  can't be used: %s\n", path, fault);
  else printf("%s\n  %s, %s, %llu M parameters, %u layers x %u heads, context %u, %s\n", path, m->name, m->architecture,
              (unsigned long long)((m->n_parameters + 500000) / 1000000), m->n_layers, m->n_head, m->n_context_trained, cli_bytes(size, (double)m->file_bytes));
}

static struct json_object *to_json(const char *path, const pel_model_summary *m, const char *fault) {
  struct json_object *o = json_object_new_object();
  json_object_object_add(o, "path", json_object_new_string(path));
  json_object_object_add(o, "fault", fault ? json_object_new_string(fault) : NULL);
  if (fault) return o;
  json_object_object_add(o, "name", json_object_new_string(m->name));
  json_object_object_add(o, "architecture", json_object_new_string(m->architecture));
  json_object_object_add(o, "parameters", json_object_new_uint64(m->n_parameters));
  json_object_object_add(o, "layers", json_object_new_int64(m->n_layers));
  json_object_object_add(o, "heads", json_object_new_int64(m->n_head));
  json_object_object_add(o, "context", json_object_new_int64(m->n_context_trained));
  json_object_object_add(o, "file_bytes", json_object_new_uint64(m->file_bytes));
  json_object_object_add(o, "memory_bytes", json_object_new_uint64(m->packed_bytes));
  return o;
}

static void list(const char *folder, bool json) {
  struct dirent **entries = NULL;
  int n = scandir(folder, &entries, is_model, by_name);
  struct json_object *array = json ? json_object_new_array() : NULL;
  for (int i = 0; i < n; i++) {
    char path[4096];
    pel_model_summary m;
    pel_error err;
    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    const char *fault = pel_model_inspect(path, &m, &err) == PEL_OK ? NULL : err.text;
    if (json) json_object_array_add(array, to_json(path, &m, fault));
    else print_text(path, &m, fault);
    free(entries[i]);
  }
  free(entries);
  if (json) puts(json_object_to_json_string_ext(array, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
  else if (n < 1) fprintf(stderr, "no models in %s; './start' fetches the default one, or put a .gguf file there\n", folder);
  json_object_put(array);
}

static int run(int argc, char **argv) {
  bool json = false;
  int option;
  opterr = 0;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
    if (option != 'j') return cli_usage(&cli_models, "an option is not known");
    json = true;
  }
  if (optind != argc) return cli_usage(&cli_models, "it takes no file");
  char *folder = cli_models_folder();
  if (!folder) return CLI_FAILED;
  list(folder, json);
  free(folder);
  return CLI_OK;
}

const cli_command cli_models = {
    "models", "the models that are at hand",
    "usage: pellucid models [--json]\n\n"
    "Lists the .gguf files of the models folder ($PELLUCID_MODELS, or pellucid/models in the user's data folder) with what\n"
    "they hold, or why they can't be used. A model file anywhere else works as well: name its path.\n\n"
    "example: pellucid models\n",
    run};
