#!/usr/bin/env python3
"""Guidelines and a test file for the fuzz target to begin with: gdl2_seeds.py FOLDER"""
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
WHENS = ["$gt0003|Weight|>=60,kg", "($gt0004==1|local::at0004|Yes|)||!fired($gt0022)", "$gt0003.unit=='kg'&&$gt0003.magnitude<(-1)",
         "$gt0005<=($currentDateTime-60,a)", "$gt0004 is_a local::gt0004|X|", "$gt0003!=null left over"]
THENS = ["$gt0011.magnitude=round(($gt0003.magnitude^2)/3)+log10(e)", "$gt0011.precision=2", "$gt0011.unit='mg'",
         "$gt0012=$gt0012.term+' '+$gt0003", "$gt0012=-1|local::at0002|Low|", "$gt0011=$currentDateTime.year-$gt0005.year", "$gt0011=96,100,2"]
guideline = {
    "id": "Small.v1", "concept": "gt0001", "language": {"original_language": "ISO_639-1::en"},
    "description": {"details": {"en": {"purpose": "To test.", "use": "u"}}, "other_details": {"references": "A paper."}},
    "definition": {
        "data_bindings": {
            "gt0002": {"model_id": "m", "type": "INPUT", "elements": {
                "gt0003": {"path": "/a", "data_type": "DV_QUANTITY", "units": ["kg"]},
                "gt0004": {"path": "/b", "allowed_values": ["1|local::at0004|Yes|", "0|local::at0005|No|"]}, "gt0005": {"path": "/c"}}},
            "gt0010": {"model_id": "m", "type": "OUTPUT", "elements": {"gt0011": {"path": "/a"}, "gt0012": {"path": "/d"}}}},
        "pre_conditions": ["$gt0003>0"], "default_actions": ["$gt0011=0"],
        "rules": {f"gt{21 + i:04}": {"priority": 9 - i, "when": [when], "then": [THENS[i], THENS[i + 1]]} for i, when in enumerate(WHENS)}},
    "ontology": {"term_definitions": {"en": {"terms": {"gt0003": {"text": "Weight"}, "gt0012": {"text": "Risk"}}}},
                 "term_bindings": {"SNOMED": {"bindings": {"gt0004": {"codes": ["SNOMED::12"]}}}}}}
(folder / "guideline").write_bytes(b"\0" + json.dumps(guideline).encode())
(folder / "tests").write_bytes(b"\1guidelines:\n  1: Small.v1\ntest_cases:\n- id: a\n  input:\n    1:\n      gt0003|Weight|:5,kg\n  expected_output:\n    1: {}\n")
(folder / "dated").write_bytes(b"""\1current_datetime: 2020-03-01T12:00:00+01:00
guidelines: {1: Small.v1}
test_cases:
- id: a
  input:
    1:
      gt0003|Weight: 61.5,kg
      gt0004: 1|local::at0004|Yes|
      gt0005: 1950-01-01
      gt0006: some words
      gt0007: true
      gt0099: 2|local::at0009|Two|
  expected_output:
    1:
      gt0011|Score: 1|local::at0004|Yes|
      gt0012|Risk: "some words 61.5 kg"
      gt0013: 61.5,kg
- id: a
  input: {1: {gt0003: 3}}
  expected_output: {1: {gt0098: x}}
- input: {}
  expected_output: {}
""")
