/* WordPiece on a small vocabulary: cleaning, splitting, pieces, cutting off. The real vocabulary is compared with the reference's
 * tokens in golden/encoder_test. */
#include "engine/text/wordpiece.h"

#include "tests/check.h"

static const char *const lines[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "hello", "world", ",", "!", "cafe", "a", "##a", "ab", "i",
                                    "\xe4\xbd\xa0", "\xe5\xa5\xbd", "##\xc2\xb2", "x", "[", "]", "sep", "cls", "\xce\xbb", "ss", "''", "'"};
enum { N_LINES = sizeof lines / sizeof *lines };

static pel_wordpiece *w;

/* The tokens between [CLS] and [SEP], joined by spaces. */
static const char *tokens_of(const char *text, size_t size, size_t most) {
  static char out[4096];
  static pel_token_id ids[512];
  size_t n = pel_wordpiece_encode(w, text, size, ids, most), used = 0;
  CHECK(n >= 2 && n <= most && ids[0] == 2 && ids[n - 1] == 3);
  out[0] = 0;
  for (size_t i = 1; i + 1 < n; i++) used += (size_t)snprintf(out + used, sizeof out - used, "%s%s", i > 1 ? " " : "", lines[ids[i]]);
  return out;
}

#define IS(text, want) CHECK_STR(tokens_of(text, sizeof text - 1, 512), want)

static void pieces(void) {
  IS("unaffable", "un ##aff ##able");
  IS("unaffablez", "[UNK]");
  IS("Hello, WORLD!", "hello , world !");
  IS("aaa ab", "a ##a ##a ab");
  IS("", "");
  IS(" \t\r\n ", "");
}

static void cleaning(void) {
  IS("Caf\xc3\xa9", "cafe");
  IS("Cafe\xcc\x81", "cafe");
  IS("\xcc\x81", "");
  IS("\xc4\xb0", "i");                          /* a capital with a dot */
  IS("\xce\x9b", "\xce\xbb");
  IS("hel\x00lo\x07", "hello");                 /* controls */
  IS("hel\xe2\x80\x8blo \xef\xbb\xbfworld", "hello world"); /* zero width space, byte order mark */
  IS("hello\xc2\xa0world\xe3\x80\x80x", "hello world x");
  IS("hel\x0blo", "hello");                     /* a control before it is white space */
  IS("\xe4\xbd\xa0\xe5\xa5\xbdx\xe4\xbd\xa0", "\xe4\xbd\xa0 \xe5\xa5\xbd x \xe4\xbd\xa0");
  IS("a\xc2\xb2", "a ##\xc2\xb2");
}

static void bytes_that_are_no_text(void) {
  IS("hel\xfflo", "hello");
  IS("\xe4\xbd", "");
  IS("hello \xed\xa0\x80world \xc0\xaf\xf5\x80\x80\x80", "hello world");
  IS("hel\xef\xbf\xbdlo", "hello"); /* U+FFFD itself */
}

static void special_tokens(void) {
  IS("a[SEP]a [MASK]!", "a [SEP] a [MASK] !");
  IS("[sep] [CLS", "[ sep ] [ cls");
  IS("[CLS][PAD][UNK]", "[CLS] [PAD] [UNK]");
}

static void long_words(void) {
  char text[600];
  memset(text, 'a', sizeof text);
  CHECK(strncmp(tokens_of(text, 100, 512), "a ##a ##a", 9) == 0 && strlen(tokens_of(text, 100, 512)) == 1 + 99 * 4);
  CHECK_STR(tokens_of(text, 101, 512), "[UNK]");
  CHECK_STR(tokens_of(text, sizeof text, 512), "[UNK]");
  text[101] = ' ', text[103] = ' ';
  CHECK_STR(tokens_of(text, 103, 512), "[UNK] a");
  char accents[600]; /* marks are no part of a word's length */
  for (size_t i = 0; i < 100; i++) memcpy(accents + 3 * i, "a\xcc\x81", 3);
  CHECK(strncmp(tokens_of(accents, 300, 512), "a ##a", 5) == 0);
}

static void cut_off(void) {
  IS("a ab", "a ab");
  CHECK_STR(tokens_of("a ab x hello", 12, 4), "a ab");
  CHECK_STR(tokens_of("unaffable", 9, 4), "un ##aff");
  CHECK_STR(tokens_of("a", 1, 2), "");
}

static void vocabularies(void) {
  pel_wordpiece *v = NULL;
  pel_error err = {0};
  static const char crlf[] = "[UNK]\r\n[CLS]\r\n[SEP]\r\na\r\na";
  CHECK(pel_wordpiece_open_memory(crlf, sizeof crlf - 1, "v", &v, &err) == PEL_OK && pel_wordpiece_count(v) == 5);
  pel_token_id ids[3];
  CHECK(v && pel_wordpiece_encode(v, "a", 1, ids, 3) == 3 && ids[0] == 1 && ids[1] == 4 && ids[2] == 2);
  pel_wordpiece_close(v);
  pel_wordpiece_close(NULL);
  CHECK(pel_wordpiece_open_memory("", 0, "v.txt", &v, &err) == PEL_ERR_INPUT && strstr(err.text, "v.txt: no line is [UNK]"));
  CHECK(pel_wordpiece_open_memory("[UNK]\n[CLS]", 11, "v.txt", &v, &err) == PEL_ERR_INPUT && strstr(err.text, "[SEP]"));
  CHECK(pel_wordpiece_open("/nonexistent", &v, &err) == PEL_ERR_IO);
  CHECK(pel_wordpiece_open("/", &v, &err) == PEL_ERR_INPUT);
}

int main(void) {
  char vocabulary[1024] = "";
  pel_error err = {0};
  for (size_t i = 0; i < N_LINES; i++) strcat(strcat(vocabulary, lines[i]), "\n");
  CHECK_MSG(pel_wordpiece_open_memory(vocabulary, strlen(vocabulary), "vocab.txt", &w, &err) == PEL_OK, "%s", err.text);
  if (!w) return 1;
  CHECK(pel_wordpiece_count(w) == N_LINES);
  RUN(pieces);
  RUN(cleaning);
  RUN(bytes_that_are_no_text);
  RUN(special_tokens);
  RUN(long_words);
  RUN(cut_off);
  RUN(vocabularies);
  pel_wordpiece_close(w);
  return check_result();
}
