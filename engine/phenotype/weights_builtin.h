/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --without asked --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. */
#pragma once
#include <math.h>
#include <pellucid/phenotype.h>

static const pel_phenotype_weights builtin = {
    .offset = -1.2525027403419808, .other_offset = -0.6699082627704982, .other_slope = 0.5576242171459597,
    .slope = {0.2674027909450527 /* share */, 0.6820046794667206 /* lead */, -0.07084427120879559 /* similar */, -0.9398216674342447 /* fit */, 0.16128555493041008 /* proof */, -3.4538818068517574 /* foreign */, 0.6763678831061481 /* findings */},
    .mean = {-3.1473274579174944 /* share */, 0.8125141633234266 /* lead */, 2.4235197215796114 /* similar */, -0.35709144130247666 /* fit */, 0.5617310811867698 /* proof */, 0.27751543004223445 /* foreign */, 1.8905709590204094 /* findings */},
    .cases = 5373, .publications = 837,
    .right = 0.27042620509957194, .ece = 0.018997612327380287,
    .bins = {
        {.low = 0.0 / 15, .high = 1.0 / 15, .n = 873, .confidence = 0.04376590751974112, .accuracy = 42.0 / 873, .wilson_low = 0.03578761164988744, .wilson_high = 0.06439179699581722},
        {.low = 1.0 / 15, .high = 2.0 / 15, .n = 1360, .confidence = 0.09796084731333793, .accuracy = 106.0 / 1360, .wilson_low = 0.0648528767814187, .wilson_high = 0.09340705689689242},
        {.low = 2.0 / 15, .high = 3.0 / 15, .n = 853, .confidence = 0.1640612201743878, .accuracy = 130.0 / 853, .wilson_low = 0.1298460413794468, .wilson_high = 0.17807726940879387},
        {.low = 3.0 / 15, .high = 4.0 / 15, .n = 477, .confidence = 0.23219050574016256, .accuracy = 117.0 / 477, .wilson_low = 0.2088073776232843, .wilson_high = 0.28582854541883684},
        {.low = 4.0 / 15, .high = 5.0 / 15, .n = 298, .confidence = 0.29581098907534004, .accuracy = 82.0 / 298, .wilson_low = 0.2275658880043988, .wilson_high = 0.3284924463160652},
        {.low = 5.0 / 15, .high = 6.0 / 15, .n = 239, .confidence = 0.3657481474029175, .accuracy = 87.0 / 239, .wilson_low = 0.3056136112879761, .wilson_high = 0.42672204377002715},
        {.low = 6.0 / 15, .high = 7.0 / 15, .n = 187, .confidence = 0.4308334307286927, .accuracy = 93.0 / 187, .wilson_low = 0.42644256214210274, .wilson_high = 0.5683174862971646},
        {.low = 7.0 / 15, .high = 8.0 / 15, .n = 172, .confidence = 0.5005663566067498, .accuracy = 94.0 / 172, .wilson_low = 0.47190674207632954, .wilson_high = 0.6190843137719686},
        {.low = 8.0 / 15, .high = 9.0 / 15, .n = 125, .confidence = 0.5658368299476642, .accuracy = 63.0 / 125, .wilson_low = 0.4175477458666696, .wilson_high = 0.5902137309836638},
        {.low = 9.0 / 15, .high = 10.0 / 15, .n = 109, .confidence = 0.6338191629543255, .accuracy = 68.0 / 109, .wilson_low = 0.5301588671191292, .wilson_high = 0.7091148916764142},
        {.low = 10.0 / 15, .high = 11.0 / 15, .n = 119, .confidence = 0.701731984315565, .accuracy = 86.0 / 119, .wilson_low = 0.6362542159994129, .wilson_high = 0.7951962121281266},
        {.low = 11.0 / 15, .high = 12.0 / 15, .n = 125, .confidence = 0.7655016248321843, .accuracy = 91.0 / 125, .wilson_low = 0.6440649618349569, .wilson_high = 0.7983392186340462},
        {.low = 12.0 / 15, .high = 13.0 / 15, .n = 109, .confidence = 0.834067441516827, .accuracy = 93.0 / 109, .wilson_low = 0.7747924198076281, .wilson_high = 0.9075808923129954},
        {.low = 13.0 / 15, .high = 14.0 / 15, .n = 112, .confidence = 0.8984451145530119, .accuracy = 97.0 / 112, .wilson_low = 0.7907354335192549, .wilson_high = 0.9171285802353042},
        {.low = 14.0 / 15, .high = 15.0 / 15, .n = 215, .confidence = 0.977923247029011, .accuracy = 204.0 / 215, .wilson_low = 0.9107224681986029, .wilson_high = 0.9711945188295859},
    },
    .other_bins = {
        {.low = 0.0 / 15, .high = 1.0 / 15, .n = 16870, .confidence = 0.032925013423202275, .accuracy = 568.0 / 16870, .wilson_low = 0.031051752169114925, .wilson_high = 0.03649904600582285},
        {.low = 1.0 / 15, .high = 2.0 / 15, .n = 3834, .confidence = 0.08980712365163322, .accuracy = 296.0 / 3834, .wilson_low = 0.06917199753046581, .wilson_high = 0.08608232061007208},
        {.low = 2.0 / 15, .high = 3.0 / 15, .n = 622, .confidence = 0.15970865579627902, .accuracy = 88.0 / 622, .wilson_low = 0.11628648369683146, .wilson_high = 0.1710729685829501},
        {.low = 3.0 / 15, .high = 4.0 / 15, .n = 139, .confidence = 0.2280481287922277, .accuracy = 32.0 / 139, .wilson_low = 0.16805538267020526, .wilson_high = 0.30688697216708377},
        {.low = 4.0 / 15, .high = 5.0 / 15, .n = 21, .confidence = 0.29547681191630326, .accuracy = 2.0 / 21, .wilson_low = 0.02651876743807452, .wilson_high = 0.2891413907391826},
        {.low = 5.0 / 15, .high = 6.0 / 15, .n = 6, .confidence = 0.3478256922851415, .accuracy = 2.0 / 6, .wilson_low = 0.09677141110578043, .wilson_high = 0.7000066848616079},
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
    .diseases = 12604,
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
