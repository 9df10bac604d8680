/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. */
#pragma once
#include <math.h>
#include <pellucid/phenotype.h>

static const pel_phenotype_weights builtin = {
    .slope = 0.4862675542001449, .offset = -0.7429321487964029, .asked = false, .cases = 5373, .publications = 837,
    .right = 0.27917364600781686, .ece = 0.030659368076972348,
    .bins = {
        {.low = 0.0 / 15, .high = 1.0 / 15, .n = 881, .confidence = 0.03699421066599712, .accuracy = 54.0 / 881, .wilson_low = 0.04727943737670708, .wilson_high = 0.07911773547926991},
        {.low = 1.0 / 15, .high = 2.0 / 15, .n = 875, .confidence = 0.10062060246294285, .accuracy = 96.0 / 875, .wilson_low = 0.09068714240766627, .wilson_high = 0.1321533447531138},
        {.low = 2.0 / 15, .high = 3.0 / 15, .n = 788, .confidence = 0.16679790471077827, .accuracy = 117.0 / 788, .wilson_low = 0.12535779413417475, .wilson_high = 0.17500720465600778},
        {.low = 3.0 / 15, .high = 4.0 / 15, .n = 688, .confidence = 0.23255016400884804, .accuracy = 121.0 / 688, .wilson_low = 0.14924601273964908, .wilson_high = 0.20609762225983905},
        {.low = 4.0 / 15, .high = 5.0 / 15, .n = 513, .confidence = 0.29916213200305836, .accuracy = 146.0 / 513, .wilson_low = 0.24726736483244827, .wilson_high = 0.32513535900424245},
        {.low = 5.0 / 15, .high = 6.0 / 15, .n = 406, .confidence = 0.36328975341438596, .accuracy = 172.0 / 406, .wilson_low = 0.3765161828383417, .wilson_high = 0.47220580790802374},
        {.low = 6.0 / 15, .high = 7.0 / 15, .n = 273, .confidence = 0.4296201978469861, .accuracy = 118.0 / 273, .wilson_low = 0.3748123535831189, .wilson_high = 0.49153714422109446},
        {.low = 7.0 / 15, .high = 8.0 / 15, .n = 173, .confidence = 0.5008529726850736, .accuracy = 74.0 / 173, .wilson_low = 0.35637887511606947, .wilson_high = 0.5022515604915195},
        {.low = 8.0 / 15, .high = 9.0 / 15, .n = 142, .confidence = 0.5659469618223577, .accuracy = 84.0 / 142, .wilson_low = 0.509325338277364, .wilson_high = 0.6689504429047612},
        {.low = 9.0 / 15, .high = 10.0 / 15, .n = 126, .confidence = 0.630815854923171, .accuracy = 77.0 / 126, .wilson_low = 0.5239072313441495, .wilson_high = 0.6917403765486954},
        {.low = 10.0 / 15, .high = 11.0 / 15, .n = 109, .confidence = 0.7020802218159093, .accuracy = 84.0 / 109, .wilson_low = 0.6833129325107635, .wilson_high = 0.8395445404128312},
        {.low = 11.0 / 15, .high = 12.0 / 15, .n = 101, .confidence = 0.7660422149361584, .accuracy = 87.0 / 101, .wilson_low = 0.7806893198953232, .wilson_high = 0.9156001138948799},
        {.low = 12.0 / 15, .high = 13.0 / 15, .n = 98, .confidence = 0.833330208628709, .accuracy = 87.0 / 98, .wilson_low = 0.8101006663032684, .wilson_high = 0.9361573005411425},
        {.low = 13.0 / 15, .high = 14.0 / 15, .n = 73, .confidence = 0.8968126882982528, .accuracy = 66.0 / 73, .wilson_low = 0.815043633098338, .wilson_high = 0.9527710454031941},
        {.low = 14.0 / 15, .high = 15.0 / 15, .n = 127, .confidence = 0.9804175671017226, .accuracy = 117.0 / 127, .wilson_low = 0.8611139699111128, .wilson_high = 0.9566696360224883},
    },
    .learnt_from = "5373 phenopackets of 837 publications, 12604 diseases",
    .weight = {
        -0.3937796167207847, /* exact */
        0.48814453768903976, /* exact_content */
        0.09779681002225833, /* exact_share */
        -0.3359376875632468, /* general */
        0.20660973733771062, /* general_content */
        -0.01179982590494006, /* general_share */
        0.29174979344803237, /* specific */
        0.15782305441914884, /* specific_content */
        -0.013239985716103294, /* specific_share */
        0.09240741409142819, /* related */
        0.06344630205683995, /* related_content */
        -0.08962445536854702, /* related_share */
        0.0508354124130767, /* none_content */
        -0.00034430615165730093, /* ratio */
        -0.18425183252307875, /* ratio_mean */
        -0.060124459625729855, /* resnik */
        1.7366110357045186, /* resnik_mean */
        -0.6770540590989724, /* foreign_mean */
        -0.11231417711132241, /* denied */
        0.0764321736941287, /* node_gain */
        -6.044844190510422, /* node_gain_part */
        0.10991808255559182, /* node_share */
        0.1643748776058877, /* node_weighed */
        2.8270742126165676, /* node_weighed_part */
        3.2095712231518805, /* node_covers */
        -0.3145027398487539, /* node_left */
        3.495173724333675, /* node_left_part */
        -0.2966350044467588, /* often_found */
        -0.21082489774214963, /* often_part */
        0.01852568239804806, /* often_missed */
        -0.3105105319327592, /* sometimes_found */
        -0.04832192199384197, /* sometimes_part */
        0.009002844183036618, /* sometimes_missed */
        -0.3317600588552626, /* seldom_found */
        -0.006889101856732748, /* seldom_part */
        -0.0066819507631833575, /* seldom_missed */
        -0.02320613173566229, /* unstated_found */
        0.0333178693263453, /* unstated_part */
        0.00637592530652897, /* unstated_missed */
        -0.031730567726253045, /* missed_log */
        -4.871377138542596, /* back_weighed */
        1.2075173736149096, /* back_mean */
        0.0, /* excluded_often */
        0.0, /* excluded_sometimes */
        0.0, /* excluded_seldom */
        0.0, /* excluded_log */
        0.0, /* asked */
        0.0, /* asked_content */
        0.8964244455716229, /* size */
        -1.626274921518565, /* weight */
        0.6949800215232702, /* spread */
    }};
