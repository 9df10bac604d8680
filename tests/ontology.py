"""Ontologies that tests make up: terms, what they are kinds of, what diseases have, as the files that the importers read; weights that are a likelihood alone."""
import json
import re

from checks import ROOT

HEAD = "#version: made up\ndatabase_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration"
# Three diseases over nine terms. Blue disease always has blue skin; dry disease is said not to have fits.
NAMES = {1: "Phenotypic abnormality", 2: "Abnormal heart", 3: "Large heart", 4: "Hole in the heart", 5: "Abnormal skin", 6: "Dry skin", 7: "Blue skin", 8: "Fits", 9: "Long fits"}
KINDS = {2: 1, 3: 2, 4: 2, 5: 1, 6: 5, 7: 5, 8: 1, 9: 8}
DISEASES = {1: "Heart disease", 2: "Blue disease", 3: "Dry disease"}
# Slope and mean of what a confidence is made of.
PARTS = {"share": [1, 0], "lead": [0.5, 1], "similar": [-0.25, 0], "fit": [0, 0], "proof": [0.5, 0], "foreign": [-1, 0.5], "findings": [0, 0]}


def term(t):
    return f"HP:{t:07}"


def annotation(disease, t, often="", no="", name="", reference="PMID:1", evidence="PCS", onset=""):
    return f"OMIM:{disease}\t{name or DISEASES.get(disease, f'disease {disease}')}\t{no}\t{term(t)}\t{reference}\t{evidence}\t{onset}\t{often}\t\t\tP\tme"


THREE = [annotation(1, 3, "9/10"), annotation(1, 4, "5/10"), annotation(1, 8, "1/10"), annotation(2, 7, "HP:0040280"), annotation(2, 3, "5/10"), annotation(2, 9, "HP:0040282"),
         annotation(3, 6, "9/10"), annotation(3, 8, no="NOT")]


def write(folder, names=NAMES, kinds=KINDS, annotations=THREE, also={}):
    """hp.json and phenotype.hpoa; `also` are synonyms of terms."""
    def node(t):
        return {"id": f"http://purl.obolibrary.org/obo/HP_{t:07}", "lbl": names[t], "type": "CLASS", "meta": {"synonyms": [{"pred": "hasExactSynonym", "val": also[t]}]} if t in also else {}}
    edges = [{"sub": node(t)["id"], "pred": "is_a", "obj": node(kinds[t])["id"]} for t in kinds]
    (folder / "hp.json").write_text(json.dumps({"graphs": [{"nodes": [node(t) for t in names], "edges": edges}]}))
    (folder / "phenotype.hpoa").write_text("\n".join([HEAD, *annotations]) + "\n")
    return [folder / "hp.json", folder / "phenotype.hpoa"]


def weigh(path, **others):
    """Weights of a likelihood alone: what is built in was learnt from an ontology of thousands of terms, and would be at sea among nine."""
    names = re.findall(r"/\* (\w+) \*/", (ROOT / "engine/phenotype/weights_builtin.h").read_text().split(".weight = {")[1])
    told = dict.fromkeys(names, 0) | {"ratio": 1, "excluded_log": -1, "denied": -3} | others
    bins = [[100, (i + 0.5) / 15, round(100 * (i + 0.5) / 15)] for i in range(15)]
    path.write_text(json.dumps({"pellucid_phenotype": 2, "learnt_from": "nothing", "weights": told,
                                "calibration": {"offset": 0.25, "parts": PARTS, "other_offset": -1, "other_slope": 0.5, "cases": 1500, "publications": 300, "right": 0.5, "ece": 0, "bins": bins, "other_bins": bins}}))
    return path


def packet(path, observed, excluded=(), names=NAMES):
    features = [{"type": {"id": term(t), "label": names[t]}} for t in observed] + [{"type": {"id": term(t), "label": names[t]}, "excluded": True} for t in excluded]
    path.write_text(json.dumps({"id": "patient 1", "phenotypicFeatures": features, "metaData": {"created": "2024-03-01T00:00:00Z"}}))
    return path
