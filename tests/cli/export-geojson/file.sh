# Sourced by the cases: a file with the open datasets finances and education, and the restricted defense.
export MAILLAGE_DB=services.maillage
for year in 2014 2019 2024; do
  maillage import -q "$TESTDATA/finances-$year.csv" --dataset finances --edition $year --access open
  maillage import -q "$TESTDATA/education-$year.csv" --dataset education --edition $year --access open \
    --open-fields secteur
  maillage import -q "$TESTDATA/defense-$year.csv" --dataset defense --edition $year
done > imported.jsonl
