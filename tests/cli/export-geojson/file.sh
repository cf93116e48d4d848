# Sourced by the cases: a file with the open datasets finances and education, and the restricted defense.
export MAILLAGE_DB=services.maillage
{
  maillage import -q "$TESTDATA/finances-2014.csv" --dataset finances --edition 2014 --access open
  maillage import -q "$TESTDATA/finances-2024.csv" --dataset finances --edition 2024
  maillage import -q "$TESTDATA/education-2014.csv" --dataset education --edition 2014 --access open \
    --open-fields secteur
  maillage import -q "$TESTDATA/defense-2014.csv" --dataset defense --edition 2014
} > imported.jsonl
