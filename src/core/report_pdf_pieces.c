#include "src/core/report_pdf_pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

static size_t weight_of(char c) { return c == '\n' ? PIECE_LINE : 1; }

/* Bytes since the last place where a line may end, `c` included: at a blank, and between the characters of East Asia (from U+2E80 on). */
static size_t word_with(size_t word, char c) { return c == '\n' || c == ' ' || (unsigned char)c >= 0xe3 ? 0 : word + 1; }

/* As much as fits into both rooms; what cannot be shown any more need not be weighed. */
static bool fits(const text_pieces *p, size_t most) {
  size_t weight = 0, word = 0;
  for (size_t i = 0; i < p->block->n_runs; i++)
    for (const char *c = p->block->runs[i].cell == p->cell ? p->block->runs[i].text : ""; *c; c++)
      if ((weight += weight_of(*c)) > most || (word = word_with(word, *c)) > PIECE_WORD) return false;
  return true;
}

/* Bytes of `text` that go into the room: to the end of a line or word in its second half, else to a character's. */
static size_t bytes_for(const char *text, size_t room, size_t *word) {
  size_t n = 0, weight = 0, end = 0;
  for (; text[n] && (weight += weight_of(text[n])) <= room && (*word = word_with(*word, text[n])) <= PIECE_WORD; n++)
    if (weight > room / 2 && (text[n] == '\n' || (text[n] == ' ' && !(end && text[end] == '\n')))) end = n;
  if (!text[n]) return n;
  if (end && *word <= PIECE_WORD) return end;
  size_t whole = n;
  while (whole && ((unsigned char)text[whole] & 0xc0) == 0x80) whole--;
  return whole; /* 0: not even a character, which the next piece begins with */
}

static size_t weigh(const char *text, size_t n) {
  size_t weight = 0;
  for (size_t i = 0; i < n; i++) weight += weight_of(text[i]);
  return weight;
}

static size_t count_characters(const text_pieces *p) {
  size_t n = 0;
  for (size_t i = p->run; i < p->block->n_runs; i++)
    for (const char *c = p->block->runs[i].cell == p->cell ? p->block->runs[i].text + (i == p->run ? p->at : 0) : ""; *c; c++)
      n += ((unsigned char)*c & 0xc0) != 0x80;
  return n;
}

static bool add_run(text_pieces *p, text_piece *out, const pel_report_run *like, const char *text, size_t n) {
  pel_report_run *r = &out->block.runs[out->block.n_runs];
  *r = (pel_report_run){.style = like ? like->style : PEL_RUN_MUTED, .link = like ? like->link : NULL, .cell = p->cell};
  if (like && !p->at) r->id = like->id;
  if (!(r->text = strndup(text, n))) return p->failed = true, false;
  out->block.n_runs++;
  return true;
}

static void say_rest(text_pieces *p, text_piece *out) {
  char text[160];
  snprintf(text, sizeof text, " \xe2\x80\xa6 [%zu more characters are left out here; the HTML report and the trace hold all of it]", count_characters(p));
  add_run(p, out, NULL, text, strlen(text));
  p->ended = true;
}

static size_t piece_size(const text_pieces *p) {
  return p->single || p->most - p->used < PIECE_SIZE ? p->most - p->used : PIECE_SIZE;
}

static void fill(text_pieces *p, text_piece *out) {
  size_t room = piece_size(p);
  size_t word = 0;
  const pel_report_block *b = p->block;
  while (p->run < b->n_runs && !p->failed) {
    const pel_report_run *r = &b->runs[p->run];
    const char *text = r->cell == p->cell ? r->text + p->at : "";
    size_t n = room ? bytes_for(text, room, &word) : 0, weight = weigh(text, n);
    if (n && !add_run(p, out, r, text, n)) return;
    p->used += weight;
    room -= weight < room ? weight : room;
    if (text[n]) { /* a line ends with the piece */
      p->at += n + (n && (text[n] == '\n' || text[n] == ' '));
      break;
    }
    p->run++, p->at = 0;
  }
  if (p->run >= b->n_runs) p->ended = true;
  else if (p->single || p->used + PIECE_LINE >= p->most) say_rest(p, out);
}

bool pieces_next(text_pieces *p, text_piece *out) {
  if (p->ended || p->failed) return false;
  *out = (text_piece){.block = *p->block, .first = !p->begun};
  if (!p->begun && fits(p, piece_size(p))) {
    p->begun = p->ended = out->whole = true;
    return true;
  }
  p->begun = true;
  out->block.n_runs = 0;
  out->block.runs = pel_alloc(p->block->n_runs - p->run + 1, sizeof *out->block.runs);
  if (!out->block.runs) return !(p->failed = true);
  fill(p, out);
  return true;
}

void pieces_clear(text_piece *piece) {
  for (size_t i = 0; !piece->whole && i < piece->block.n_runs; i++) free(piece->block.runs[i].text);
  if (!piece->whole) free(piece->block.runs);
  *piece = (text_piece){.whole = true};
}
