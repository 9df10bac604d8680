/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. Mean confidences of the bins to three digits. */
#pragma once
#include <math.h>
#include <pellucid/phenotype.h>

static const pel_phenotype_weights builtin = {
    .slope = 0.455734458531421, .offset = 0.4412397919396306, .asked = true, .cases = 5373, .publications = 837,
    .right = 0.31714126186487995, .ece = 0.03996957446452064,
    .bins = {
        {.low = 0.0 / 15, .high = 1.0 / 15, .n = 543, .confidence = 0.051, .accuracy = 17.0 / 543, .wilson_low = 0.01963725276368401, .wilson_high = 0.04956280185964715},
        {.low = 1.0 / 15, .high = 2.0 / 15, .n = 824, .confidence = 0.099, .accuracy = 85.0 / 824, .wilson_low = 0.08419567235573613, .wilson_high = 0.12579798883192758},
        {.low = 2.0 / 15, .high = 3.0 / 15, .n = 688, .confidence = 0.166, .accuracy = 146.0 / 688, .wilson_low = 0.18329819513402026, .wilson_high = 0.24431633280274492},
        {.low = 3.0 / 15, .high = 4.0 / 15, .n = 644, .confidence = 0.234, .accuracy = 150.0 / 644, .wilson_low = 0.20191549100007725, .wilson_high = 0.2670903972210865},
        {.low = 4.0 / 15, .high = 5.0 / 15, .n = 521, .confidence = 0.299, .accuracy = 122.0 / 521, .wilson_low = 0.19982904897105028, .wilson_high = 0.2723925231920707},
        {.low = 5.0 / 15, .high = 6.0 / 15, .n = 430, .confidence = 0.363, .accuracy = 115.0 / 430, .wilson_low = 0.22779986297794616, .wilson_high = 0.31120224036262084},
        {.low = 6.0 / 15, .high = 7.0 / 15, .n = 292, .confidence = 0.432, .accuracy = 115.0 / 292, .wilson_low = 0.33952066582534124, .wilson_high = 0.45090762557387926},
        {.low = 7.0 / 15, .high = 8.0 / 15, .n = 245, .confidence = 0.5, .accuracy = 127.0 / 245, .wilson_low = 0.45600147002377006, .wilson_high = 0.5801661366228582},
        {.low = 8.0 / 15, .high = 9.0 / 15, .n = 198, .confidence = 0.567, .accuracy = 127.0 / 198, .wilson_low = 0.572506001185316, .wilson_high = 0.7049394767020967},
        {.low = 9.0 / 15, .high = 10.0 / 15, .n = 207, .confidence = 0.632, .accuracy = 124.0 / 207, .wilson_low = 0.5310518386166543, .wilson_high = 0.6634070701260879},
        {.low = 10.0 / 15, .high = 11.0 / 15, .n = 215, .confidence = 0.7, .accuracy = 135.0 / 215, .wilson_low = 0.5615816067044774, .wilson_high = 0.6897418870082188},
        {.low = 11.0 / 15, .high = 12.0 / 15, .n = 221, .confidence = 0.769, .accuracy = 145.0 / 221, .wilson_low = 0.5912960851806123, .wilson_high = 0.7155868196088727},
        {.low = 12.0 / 15, .high = 13.0 / 15, .n = 166, .confidence = 0.828, .accuracy = 125.0 / 166, .wilson_low = 0.682179245644257, .wilson_high = 0.8123996432987596},
        {.low = 13.0 / 15, .high = 14.0 / 15, .n = 58, .confidence = 0.9, .accuracy = 51.0 / 58, .wilson_low = 0.7712064595403911, .wilson_high = 0.9402903395175927},
        {.low = 14.0 / 15, .high = 15.0 / 15, .n = 121, .confidence = 0.976, .accuracy = 120.0 / 121, .wilson_low = 0.9546693563957511, .wilson_high = 0.9985396266145801},
    },
    .learnt_from = "5373 phenopackets of 837 publications, 12604 diseases",
    .weight = {
        0.5510496103094369, /* exact */
        0.016123607342551572, /* exact_content */
        0.15243481599982384, /* exact_share */
        0.4067101332977589, /* general */
        -0.07550153123650917, /* general_content */
        0.26726073424973196, /* general_share */
        0.28849385926374926, /* specific */
        0.0016879181929259936, /* specific_content */
        0.03521129973452867, /* specific_share */
        0.2919839409660445, /* related */
        -0.16186255325739327, /* related_content */
        -0.1112992389455705, /* related_share */
        0.03174020495243412, /* none_content */
        0.030520104998788287, /* ratio */
        -0.514195313822497, /* ratio_mean */
        0.07836141565705067, /* resnik */
        1.0621475566302814, /* resnik_mean */
        -0.964514015121084, /* foreign_mean */
        -0.3850669299118435, /* denied */
        0.025455500554371114, /* node_gain */
        -7.296530875032472, /* node_gain_part */
        -0.036664344828755815, /* node_share */
        0.07348996073302765, /* node_weighed */
        2.7412717549943357, /* node_weighed_part */
        6.530559378699771, /* node_covers */
        -0.11477659268566372, /* node_left */
        -1.7989348632903912, /* node_left_part */
        -0.26604653281040885, /* often_found */
        -0.4355479295292913, /* often_part */
        -0.17022896548925986, /* often_missed */
        -0.2596956563570418, /* sometimes_found */
        -0.05785135063395077, /* sometimes_part */
        -0.05012854665613411, /* sometimes_missed */
        -0.22138556045159374, /* seldom_found */
        -0.05144328273547641, /* seldom_part */
        -0.07183075800259937, /* seldom_missed */
        -0.095130606040466, /* unstated_found */
        0.053209920663102074, /* unstated_part */
        -0.05544371912556684, /* unstated_missed */
        -0.013174229002866016, /* missed_log */
        -7.1826371754077485, /* back_weighed */
        1.069467912452158, /* back_mean */
        0.0, /* excluded_often */
        -0.3032243013697777, /* excluded_sometimes */
        -0.48995808992696854, /* excluded_seldom */
        -0.19802966969899854, /* excluded_log */
        0.5405706123874999, /* asked */
        0.13457835956475833, /* asked_content */
        1.5318386281304985, /* size */
        -0.9207189300818857, /* weight */
        0.9077556101522285, /* spread */
    }};
