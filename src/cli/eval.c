/* pellucid eval: how well a stage does on a published set. This file only chooses the set. */
#include "src/cli/eval.h"

#include <string.h>

#include "src/cli/gnn_options.h"

static const struct {
  const char *name;
  int (*run)(int argc, char **argv);
} sets[] = {{"retrieval", eval_retrieval}, {"gdl2", eval_gdl2}, {"sara", eval_sara}, {"kg", eval_kg}, {"phenopackets", eval_phenopackets}, {"drugmechdb", eval_drugmechdb}};
enum { N_SETS = sizeof sets / sizeof *sets };

static int run(int argc, char **argv) {
  if (argc < 2) return cli_usage(&cli_eval, "name a set: retrieval, gdl2, sara, kg, phenopackets or drugmechdb");
  for (int i = 0; i < N_SETS; i++)
    if (strcmp(argv[1], sets[i].name) == 0) return sets[i].run(argc - 1, argv + 1);
  return cli_usage(&cli_eval, "no set '%s'; there are retrieval, gdl2, sara, kg, phenopackets and drugmechdb", argv[1]);
}

const cli_command cli_eval = {
    "eval", "measure how well a stage does on a published set",
    "usage: pellucid eval retrieval FOLDER [OPTIONS]\n"
    "       pellucid eval gdl2 FOLDER [--json] [--failures] [--without W]\n"
    "       pellucid eval sara FOLDER [--json] [--without W]\n"
    "       pellucid eval kg FOLDER [--method M] [--length N] [--split S] [-t N] [--without deduce] [--json]\n"
    "       pellucid eval kg FOLDER --method gnn [--save FILE] [--explain N [--curves FILE]] [OPTIONS]\n"
    "       pellucid eval phenopackets FOLDER --pack FILE [OPTIONS]\n"
    "       pellucid eval drugmechdb FOLDER [--json] [--without W] [--gnn [--minutes M] [-t N]]\n\n"
    "retrieval asks the questions of EntailmentBank, whose FOLDER holds worldtree_corpus_sentences_extended.json and\n"
    "task_1.dev.jsonl, and compares what is found with the facts that the proofs rest on: recall of 25 passages by words,\n"
    "by vectors and fused, and size, precision and recall of the sparse support with each gate. Intervals of 95 %.\n\n"
    "      --encoder FOLDER    the sentence encoder for the vectors (hashed n-grams of characters)\n"
    "      --pack FILE         keep the pack of the facts here, and use it when it is there (the encoder takes minutes)\n"
    "      --query Q           ask with the question and its answer (question, the usual) or with the hypothesis\n"
    "      --split S           dev (the usual) or train: task_1.train.tsv, what constants were chosen on\n"
    "      --gold G            tell the facts of dev by their key (key, the usual) or by their words (text, as in train)\n"
    "      --candidates FILE   write every candidate with its numbers as tab-separated columns\n"
    "      --force             replace that file\n"
    "      --json              the result as JSON\n\n"
    "gdl2 gives the inputs of each test (X.test.yml, X.fixture.yml) of openEHR GDL2 guidelines (X.gdl2.json, in folders at any\n"
    "depth) to the guideline's rules, and holds what they conclude against the expected outputs; each proof is checked. Exit status 4\n"
    "when something is different, was not run, or has a proof that is not accepted.\n\n"
    "      --failures          a line for every output that is different, was not run, or whose proof is not accepted\n"
    "      --without W         deduce or verify: tell what is lost without it, of outputs right, wrong and not given, and of cases\n"
    "                          that expect none. An output is given when the rules conclude it and the checker accepts the proof;\n"
    "                          without verify the rules are believed, without deduce nothing is concluded. Intervals by guideline\n\n"
    "sara runs FOLDER/cases/*.pl, rule files that load FOLDER/statutes, add facts, and end in a goal that has to hold; each\n"
    "proof is checked, and the sections that it rests on are named.\n\n"
    "      --without W         deduce or verify: tell what is lost without it, of verdicts right, wrong and not given. A verdict is\n"
    "                          given when the rules prove the goal and the checker accepts the proof, or when they find none;\n"
    "                          without verify the rules are believed, without deduce nothing gives a verdict\n\n"
    "kg learns from the edges of a published graph and asks for those that were kept back, from both ends: MRR, H@1 and H@10,\n"
    "other true answers left out, with intervals of 95 %, a control, and published figures where there are any. FOLDER holds\n"
    "train.txt, valid.txt and test.txt, a line subject, tab, relation, tab, object; with facts.txt these are learnt from as\n"
    "well; with inference.txt, inference_validation.txt and inference_test.txt what was learnt is asked of that other graph.\n\n"
    "      --method M          rules (the usual): chain rules, mined; gnn: a graph network; frequent: the control alone\n"
    "      --length N          rules: the longest chain, 1, 2 or 3 edges (2)\n"
    "      --split S           test (the usual) or valid\n"
    "      --without deduce    rules, gnn: tell what is lost without the rules or the network, when the order of frequency is left\n"
    "  -t, --threads N         threads for learning (all processors)\n"
    "      --save FILE         gnn: keep the weights here; with --force an older file is replaced\n"
    "      --explain N         gnn: try the explanations of N questions: the answer's share when the facts that they name are taken\n"
    "                          out, or alone are left, beside the shortest path's facts and random ones; intervals of 95 %\n"
    "      --curves FILE       gnn: that as a picture as well: .png, .svg or .pdf; with --force an older file is replaced\n"
    "      --dark              that picture with light text on a dark ground\n\n"
    "Further options of gnn; what is usual for neurallp_umls, neurallp_family, ilpc2022_small and WN18RR is other than what is\n"
    "said here and stands in docs/methods.md:\n\n" GNN_HELP "\n"
    "phenopackets ranks the diseases of a pack (the Human Phenotype Ontology and its annotations) for published cases with\n"
    "observed and excluded findings: FOLDER/phenopackets.compact.jsonl, a case a line. Weights and the confidence of the first\n"
    "answer are learnt on four fifths of the publications and judged on the rest, in turn. Intervals of 95 % by publication.\n\n"
    "      --pack FILE         the pack, as 'pellucid kb build hp.json phenotype.hpoa -o FILE' makes it\n"
    "      --folds N           parts of the publications (5)\n"
    "      --without W         a stage, retrieve, deduce or verify: tell of this one alone what is lost without it. Or leave out\n"
    "                          and learn anew: that a finding was looked for, so that an excluded one may only count\n"
    "                          against (asked), excluded findings (excluded), how often a disease has a finding (frequency),\n"
    "                          how much a finding tells (ic)\n"
    "      --catalogue C       only diseases whose key begins so, such as OMIM:\n"
    "      --save FILE         write the weights of all cases, with the calibration of what was kept back\n"
    "      --force             replace that file\n"
    "      --json              the result as JSON\n\n"
    "drugmechdb takes curated paths of why a drug treats a disease (FOLDER/drugmechdb.paths.jsonl), keeps some drugs back, and\n"
    "looks for their paths in the graph of the others' and of what these drugs act on: how much of the curated path the shortest\n"
    "path, the best mined chain rule, and the way that other drugs' paths speak for find again. Intervals of 95 % by drug.\n\n"
    "      --without W         retrieve or deduce: tell what is lost without it. Without retrieve a way may go over other drugs and\n"
    "                          diseases and what treats what, and have up to 12 steps; without deduce it is the shortest (the control)\n"
    "      --gnn               also the best path by attention of a graph network that learns what the other drugs treat\n"
    "      --minutes M         gnn: learn for so long in each of four parts, 0: until 200 epochs are done (3)\n"
    "  -t, --threads N         gnn: threads for learning (all processors)\n\n"
    "example: pellucid eval retrieval entailmentbank --encoder all-MiniLM-L6-v2 --pack worldtree.pack\n",
    run};
