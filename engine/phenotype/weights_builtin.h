/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --without asked --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. */
#pragma once
#include <math.h>
#include <pellucid/phenotype.h>

static const pel_phenotype_weights builtin = {
    .slope = 0.5901410590754338, .offset = 0.9731015035828023, .asked = false, .cases = 5373, .publications = 837,
    .right = 0.2702400893355667, .ece = 0.02476648699967223,
    .bins = {
        {.low = 0.0 / 15, .high = 1.0 / 15, .n = 723, .confidence = 0.04765930182541583, .accuracy = 40.0 / 723, .wilson_low = 0.040889889717105554, .wilson_high = 0.07446051827520618},
        {.low = 1.0 / 15, .high = 2.0 / 15, .n = 1181, .confidence = 0.09879175897086127, .accuracy = 108.0 / 1181, .wilson_low = 0.07630646519120877, .wilson_high = 0.10923857729870246},
        {.low = 2.0 / 15, .high = 3.0 / 15, .n = 868, .confidence = 0.1634724444220796, .accuracy = 144.0 / 868, .wilson_low = 0.1426346535108291, .wilson_high = 0.1921067789687144},
        {.low = 3.0 / 15, .high = 4.0 / 15, .n = 532, .confidence = 0.23106457890052673, .accuracy = 126.0 / 532, .wilson_low = 0.20268226275547113, .wilson_high = 0.2747751168652891},
        {.low = 4.0 / 15, .high = 5.0 / 15, .n = 442, .confidence = 0.29655281045842924, .accuracy = 113.0 / 442, .wilson_low = 0.21721440045915028, .wilson_high = 0.2983084480185424},
        {.low = 5.0 / 15, .high = 6.0 / 15, .n = 345, .confidence = 0.3663776178221189, .accuracy = 100.0 / 345, .wilson_low = 0.24450301240580607, .wilson_high = 0.33983538449749723},
        {.low = 6.0 / 15, .high = 7.0 / 15, .n = 252, .confidence = 0.4324255344667546, .accuracy = 91.0 / 252, .wilson_low = 0.304302918746155, .wilson_high = 0.4220901360672976},
        {.low = 7.0 / 15, .high = 8.0 / 15, .n = 197, .confidence = 0.4997834049169172, .accuracy = 96.0 / 197, .wilson_low = 0.4184243438197581, .wilson_high = 0.5566803978538032},
        {.low = 8.0 / 15, .high = 9.0 / 15, .n = 172, .confidence = 0.5645771199292957, .accuracy = 110.0 / 172, .wilson_low = 0.5654550037434452, .wilson_high = 0.7075181638014494},
        {.low = 9.0 / 15, .high = 10.0 / 15, .n = 146, .confidence = 0.6346810239299615, .accuracy = 97.0 / 146, .wilson_low = 0.5844447324116797, .wilson_high = 0.7358938466289755},
        {.low = 10.0 / 15, .high = 11.0 / 15, .n = 131, .confidence = 0.7000947291362798, .accuracy = 106.0 / 131, .wilson_low = 0.7334438580403314, .wilson_high = 0.867261597895962},
        {.low = 11.0 / 15, .high = 12.0 / 15, .n = 129, .confidence = 0.7655570294843808, .accuracy = 88.0 / 129, .wilson_low = 0.5975458593064134, .wilson_high = 0.7562593489263519},
        {.low = 12.0 / 15, .high = 13.0 / 15, .n = 93, .confidence = 0.8331756175721693, .accuracy = 77.0 / 93, .wilson_low = 0.7386611476514642, .wilson_high = 0.8912343613881505},
        {.low = 13.0 / 15, .high = 14.0 / 15, .n = 80, .confidence = 0.8955503436623398, .accuracy = 77.0 / 80, .wilson_low = 0.8954527990995489, .wilson_high = 0.9871654310800887},
        {.low = 14.0 / 15, .high = 15.0 / 15, .n = 82, .confidence = 0.9714041015380209, .accuracy = 79.0 / 82, .wilson_low = 0.8978726535639152, .wilson_high = 0.9874804269184307},
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
