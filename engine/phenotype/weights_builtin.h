/* Learnt weights, made by tools/phenotype-weights.py from what 'pellucid eval phenopackets FOLDER --pack X.pack --save X.json' gives; docs/measurements.md has the
 * command and the figures. In the order of pel_feature. */
#pragma once
#include <pellucid/phenotype.h>

static const pel_phenotype_weights builtin = {
    .slope = 0.3355823211888899, .offset = -0.8166911969167866, .asked = true, .cases = 5373, .publications = 837,
    .right = 0.33016936534524477, .ece = 0.037103176985993976,
    .learnt_from = "5373 phenopackets of 837 publications, 12604 diseases",
    .weight = {
        -0.4491647308514868, /* exact */
        0.44046012738042206, /* exact_content */
        0.1442661486370726, /* exact_share */
        -0.25828682720369134, /* general */
        0.14702483030009114, /* general_content */
        0.011126293890621503, /* general_share */
        0.26901094595046154, /* specific */
        0.12022406397312521, /* specific_content */
        -0.04842255750464682, /* specific_share */
        0.06828454092830016, /* related */
        0.03325833484789679, /* related_content */
        -0.11338671052291212, /* related_share */
        0.04050721693268017, /* none_content */
        -0.00201040794568185, /* ratio */
        -0.18230455566574785, /* ratio_mean */
        -0.022384093186109715, /* resnik */
        1.4955945024427295, /* resnik_mean */
        -0.6461048422655036, /* foreign_mean */
        -0.22462442515446068, /* denied */
        0.07767346139385864, /* node_gain */
        -6.428369764444599, /* node_gain_part */
        0.09932992387036253, /* node_share */
        0.1277519760437965, /* node_weighed */
        2.227965694119293, /* node_weighed_part */
        4.351603442452534, /* node_covers */
        -0.3132571918731762, /* node_left */
        3.4583743888587284, /* node_left_part */
        -0.2501182084417247, /* often_found */
        -0.2025971976694548, /* often_part */
        -0.006323937689444375, /* often_missed */
        -0.277089372119929, /* sometimes_found */
        -0.07869538264447062, /* sometimes_part */
        -0.01480519074333812, /* sometimes_missed */
        -0.2808928590812013, /* seldom_found */
        -0.10535573549445797, /* seldom_part */
        -0.022352050106292796, /* seldom_missed */
        0.028667220739347035, /* unstated_found */
        -0.002241186335364095, /* unstated_part */
        -0.015419060129620639, /* unstated_missed */
        -0.015452985556160976, /* missed_log */
        -5.757575182985149, /* back_weighed */
        1.1345303537922566, /* back_mean */
        0.0, /* excluded_often */
        0.0, /* excluded_sometimes */
        0.0, /* excluded_seldom */
        0.0, /* excluded_log */
        -1.4600998209228973, /* asked */
        0.6413984490380346, /* asked_content */
        1.0534279448440145, /* size */
        -1.8095370636572792, /* weight */
        0.9035455573818012, /* spread */
    }};
