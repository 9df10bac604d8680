/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --without asked --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. */
#pragma once
#include <math.h>
#include <pellucid/phenotype.h>

static const pel_phenotype_weights builtin = {
    .offset = -1.2650508647169183, .other_offset = -1.0944377405467147, .other_slope = 0.3969040290187762,
    .slope = {0.2637050944697876 /* share */, 0.7354479064271224 /* lead */, -0.07875177502951004 /* similar */, -0.9691568519371172 /* fit */, 0.11912527177250722 /* proof */, -3.3093788098674413 /* foreign */, 0.45974976838861137 /* findings */},
    .mean = {-3.7623350399111066 /* share */, 0.8104717577798588 /* lead */, 2.436484280370121 /* similar */, -0.35731432464157037 /* fit */, 0.5581638758038454 /* proof */, 0.2829593161393869 /* foreign */, 1.8905709590204094 /* findings */},
    .asked = false, .cases = 5373, .publications = 837,
    .right = 0.2702400893355667, .ece = 0.021717160889713746,
    .bins = {
        {.low = 0.0 / 15, .high = 1.0 / 15, .n = 828, .confidence = 0.043258401988150896, .accuracy = 43.0 / 828, .wilson_low = 0.038781450676123694, .wilson_high = 0.069221652400829},
        {.low = 1.0 / 15, .high = 2.0 / 15, .n = 1402, .confidence = 0.09811080441160278, .accuracy = 99.0 / 1402, .wilson_low = 0.05834413719184121, .wilson_high = 0.0852292775444201},
        {.low = 2.0 / 15, .high = 3.0 / 15, .n = 859, .confidence = 0.16328955305994797, .accuracy = 136.0 / 859, .wilson_low = 0.1354401183781363, .wilson_high = 0.184249502467976},
        {.low = 3.0 / 15, .high = 4.0 / 15, .n = 504, .confidence = 0.23256566580687946, .accuracy = 124.0 / 504, .wilson_low = 0.21044461083761246, .wilson_high = 0.28546105902541646},
        {.low = 4.0 / 15, .high = 5.0 / 15, .n = 279, .confidence = 0.29859844174657874, .accuracy = 74.0 / 279, .wilson_low = 0.21687518815151727, .wilson_high = 0.3199678173038931},
        {.low = 5.0 / 15, .high = 6.0 / 15, .n = 238, .confidence = 0.3674002402371171, .accuracy = 93.0 / 238, .wilson_low = 0.33097328754823857, .wilson_high = 0.4540098156236877},
        {.low = 6.0 / 15, .high = 7.0 / 15, .n = 175, .confidence = 0.43226109605207724, .accuracy = 80.0 / 175, .wilson_low = 0.38504754670344055, .wilson_high = 0.5310792837367038},
        {.low = 7.0 / 15, .high = 8.0 / 15, .n = 173, .confidence = 0.5015928590083786, .accuracy = 100.0 / 173, .wilson_low = 0.5035298876436451, .wilson_high = 0.6491492419001587},
        {.low = 8.0 / 15, .high = 9.0 / 15, .n = 131, .confidence = 0.5644450789868006, .accuracy = 70.0 / 131, .wilson_low = 0.4491732512504251, .wilson_high = 0.6175717994091631},
        {.low = 9.0 / 15, .high = 10.0 / 15, .n = 93, .confidence = 0.6297616930849121, .accuracy = 53.0 / 93, .wilson_low = 0.4684752561225493, .wilson_high = 0.66576477039409},
        {.low = 10.0 / 15, .high = 11.0 / 15, .n = 137, .confidence = 0.698056176480015, .accuracy = 95.0 / 137, .wilson_low = 0.6118259902536992, .wilson_high = 0.7644836592187232},
        {.low = 11.0 / 15, .high = 12.0 / 15, .n = 122, .confidence = 0.7656053833039718, .accuracy = 92.0 / 122, .wilson_low = 0.6707060180057386, .wilson_high = 0.8219773995342712},
        {.low = 12.0 / 15, .high = 13.0 / 15, .n = 111, .confidence = 0.8335620180930378, .accuracy = 98.0 / 111, .wilson_low = 0.8098857474187108, .wilson_high = 0.9302650733115744},
        {.low = 13.0 / 15, .high = 14.0 / 15, .n = 104, .confidence = 0.8976662262407993, .accuracy = 88.0 / 104, .wilson_low = 0.7646197658147564, .wilson_high = 0.9030269888504691},
        {.low = 14.0 / 15, .high = 15.0 / 15, .n = 217, .confidence = 0.9773006133211838, .accuracy = 207.0 / 217, .wilson_low = 0.9172637324439624, .wilson_high = 0.9747789168483902},
    },
    .other_bins = {
        {.low = 0.0 / 15, .high = 1.0 / 15, .n = 17252, .confidence = 0.03656951571274493, .accuracy = 627.0 / 17252, .wilson_low = 0.03365266782837484, .wilson_high = 0.039240993244161346},
        {.low = 1.0 / 15, .high = 2.0 / 15, .n = 3809, .confidence = 0.08712721061379443, .accuracy = 297.0 / 3809, .wilson_low = 0.06987704333838254, .wilson_high = 0.08691978791659588},
        {.low = 2.0 / 15, .high = 3.0 / 15, .n = 367, .confidence = 0.15622531100115364, .accuracy = 55.0 / 367, .wilson_low = 0.11698170979967805, .wilson_high = 0.18999976735964275},
        {.low = 3.0 / 15, .high = 4.0 / 15, .n = 53, .confidence = 0.21693404496873078, .accuracy = 8.0 / 53, .wilson_low = 0.07852417850846262, .wilson_high = 0.2705424927619533},
        {.low = 4.0 / 15, .high = 5.0 / 15, .n = 11, .confidence = 0.27855322906874974, .accuracy = 2.0 / 11, .wilson_low = 0.05136768974608512, .wilson_high = 0.4769805619608442},
        {.low = 5.0 / 15, .high = 6.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 6.0 / 15, .high = 7.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 7.0 / 15, .high = 8.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 8.0 / 15, .high = 9.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 9.0 / 15, .high = 10.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 10.0 / 15, .high = 11.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 11.0 / 15, .high = 12.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 12.0 / 15, .high = 13.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 13.0 / 15, .high = 14.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
        {.low = 14.0 / 15, .high = 15.0 / 15, .n = 0, .confidence = NAN, .accuracy = NAN},
    },
    .learnt_from = "5373 phenopackets of 837 publications, 12604 diseases",
    .weight = {
        0.46639288951150726, /* exact */
        0.05391800799528058, /* exact_content */
        0.050327878811918705, /* exact_share */
        0.319681282122871, /* general */
        -0.03034206552161378, /* general_content */
        0.3045623801054744, /* general_share */
        0.28153001741611605, /* specific */
        0.03179602982325966, /* specific_content */
        0.028646943187873572, /* specific_share */
        0.2853304656468771, /* related */
        -0.12219211112511598, /* related_content */
        -0.07248646316402976, /* related_share */
        0.035010234530151556, /* none_content */
        0.07060499993238924, /* ratio */
        -0.5088260768179216, /* ratio_mean */
        0.020738026085709536, /* resnik */
        1.0108876919044325, /* resnik_mean */
        -1.4741436716478495, /* foreign_mean */
        -0.16596342628817243, /* denied */
        0.008738976101802028, /* node_gain */
        -5.847873633317381, /* node_gain_part */
        -0.021444308144840628, /* node_share */
        0.0794158147677322, /* node_weighed */
        2.8115984742391675, /* node_weighed_part */
        5.31604626086978, /* node_covers */
        -0.14677998900571582, /* node_left */
        -0.7389574011004564, /* node_left_part */
        -0.2610750585470202, /* often_found */
        -0.445423884901469, /* often_part */
        -0.09150111834073911, /* often_missed */
        -0.25624213865338635, /* sometimes_found */
        -0.041885019935931855, /* sometimes_part */
        0.004770166700821998, /* sometimes_missed */
        -0.25251451561426325, /* seldom_found */
        0.003793785793845858, /* seldom_part */
        -0.029741209346741775, /* seldom_missed */
        -0.12120357461879029, /* unstated_found */
        0.06973732136594021, /* unstated_part */
        -0.004433392869488312, /* unstated_missed */
        -0.05476984366185103, /* missed_log */
        -6.098104276812357, /* back_weighed */
        1.0013142617584088, /* back_mean */
        0.0, /* excluded_often */
        0.0, /* excluded_sometimes */
        0.0, /* excluded_seldom */
        0.0, /* excluded_log */
        0.0, /* asked */
        0.0, /* asked_content */
        1.2892803011705916, /* size */
        -0.7720031936769737, /* weight */
        0.735582456318366, /* spread */
    }};
