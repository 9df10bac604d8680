/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. */
#pragma once
#include <pellucid/phenotype.h>

static const pel_phenotype_weights builtin = {
    .slope = 0.4862675542001449, .offset = -0.7429321487964029, .asked = false, .cases = 5373, .publications = 837,
    .right = 0.27917364600781686, .ece = 0.030659368076972348,
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
