/* What a model's words say to a yes-or-no question, and whether that agrees with a conclusion. */
#include "engine/reason/model_verdict.h"

#include "tests/check.h"

static void test_yes_or_no(void) {
  static const struct {
    const char *text;
    int said;
  } rows[] = {
      {"Yes", 1},
      {"yes.", 1},
      {"YES!", 1},
      {"  \n**Yes**, she was.", 1},
      {"\"Yes\"", 1},
      {"- Yes", 1},
      {"1. Yes", 1},
      {"Yes it is severe.", 1},
      {"Yes \xe2\x80\x94 the score is 3.", 1},
      {"Yes\xe2\x80\x94it is.", 1},
      {"There is no doubt: yes", 1},
      {"No doubt: yes", 1},
      {"No doubt about it. Yes, it is severe.", 1},
      {"Let me look at the facts. The urea is 8.1. Yes, it is.", 1},
      {"Sure! Here is my answer:\n\nYes, because there is no exception.", 1},
      {"Yes or no? Yes.", 1},
      {"Answer (yes/no): yes", 1},
      {"Yes. It is unclear why.", 1},
      {"No", -1},
      {"no", -1},
      {"NO, NEVER.", -1},
      {"No, it is not severe.", -1},
      {"No it is not.", -1},
      {"No. The score is 1, and yes, that is low.", -1},
      {"No \xe2\x80\x93 the rule was not in force.", -1},
      {"Answer: No", -1},
      {"The facts speak for themselves. No, she was not.", -1},
      {"Is it severe? No.", -1},
      {"'No'.", -1},
      {"", 0},
      {"...", 0},
      {"It is severe.", 0},
      {"It is not severe.", 0},
      {"There is no doubt that it is severe.", 0},
      {"No doubt.", 0},
      {"No evidence was given.", 0},
      {"No one knows.", 0},
      {"No-one was there.", 0},
      {"No. 5 on the list applies.", 0},
      {"Not clear", 0},
      {"Unknown.", 0},
      {"It is not clear: no", 0},
      {"Yes and no.", 0},
      {"Yes, but that is not certain.", 0},
      {"Maybe. Yes, if the urea is high.", 0},
      {"No, or perhaps yes.", 0},
      {"The patient said yes, and the nurse no.", 0},
      {"Yesterday it was severe.", 0},
      {"Nobody. Nothing. Note: none.", 0},
      {"Noted: the score is 3.", 0},
      {"I cannot say no: yes", 0},
      {"yes/no", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int got = pel_says_yes_or_no(rows[i].text);
    CHECK_MSG(got == rows[i].said, "\"%s\": %d, not %d", rows[i].text, got, rows[i].said);
  }
}

static void test_verdicts(void) {
  static const struct {
    const char *text;
    pel_node_state state;
    const char *verdict;
  } rows[] = {
      {"No, it is not severe.", PEL_STATE_HOLDS, "contradicts"},
      {"No, the score is 3, which is not severe.", PEL_STATE_HOLDS, "contradicts"},
      {"Yes, severe with a score of 3.", PEL_STATE_HOLDS, "agrees"},
      {"The score is 3: severe.", PEL_STATE_HOLDS, "agrees"},
      {"The score is 3, but it isn't severe.", PEL_STATE_HOLDS, "says nothing"},
      {"The score is 3, not severe.", PEL_STATE_HOLDS, "says nothing"},
      {"It is not clear whether 3 is severe.", PEL_STATE_HOLDS, "says nothing"},
      {"Perhaps 3, perhaps severe.", PEL_STATE_HOLDS, "says nothing"},
      {"It is severe.", PEL_STATE_HOLDS, "says nothing"},
      {"The score is 13: severe.", PEL_STATE_HOLDS, "says nothing"},
      {"Yes and no.", PEL_STATE_HOLDS, "says nothing"},
      {"There is no doubt: yes", PEL_STATE_HOLDS, "agrees"},
      {"There is no doubt: yes", PEL_STATE_REFUTED, "contradicts"},
      {"No.", PEL_STATE_REFUTED, "agrees"},
      {"Yes.", PEL_STATE_LIKELY, "agrees"},
      {"No.", PEL_STATE_LIKELY, "contradicts"},
      {"No.", PEL_STATE_NOT_FOUND, "agrees"},
      {"Yes.", PEL_STATE_NOT_FOUND, "says nothing"},
      {"Yes.", PEL_STATE_UNKNOWN, "says nothing"},
      {"No.", PEL_STATE_CONFLICT, "says nothing"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    bool answered = rows[i].state == PEL_STATE_HOLDS || rows[i].state == PEL_STATE_CONFLICT;
    const char *got = pel_model_verdict(rows[i].text, rows[i].state, "curb65(Score, Severity)", answered ? "curb65(3, severe)" : NULL);
    CHECK_MSG(strcmp(got, rows[i].verdict) == 0, "\"%s\" (%s): %s, not %s", rows[i].text, pel_node_state_name(rows[i].state), got, rows[i].verdict);
  }
}

int main(void) {
  RUN(test_yes_or_no);
  RUN(test_verdicts);
  return check_result();
}
