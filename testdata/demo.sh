#!/bin/sh
# usage: demo.sh BIN OUT       the main job on the files of this folder, with the maillage in BIN; leaves the
# file and the GeoJSON in OUT. Called by ../bootstrap demo; can be run again.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH=$(cd "$1" && pwd):$PATH
mkdir -p "$2"
cd "$2"
rm -f marne.maillage ./*.geojson ./*.jsonl
export MAILLAGE_DB=marne.maillage

step() {
  printf '\n-- %s\n' "$*"
}

# import FILE DATASET YEAR [OPTION...]
import() {
  file=$1
  dataset=$2
  year=$3
  shift 3
  maillage import "$here/$file" --dataset "$dataset" --edition "$year" "$@" >> imported.jsonl
}

step 'The département: communes before and after a merger, their borders, movements, EPCI, inhabitants'
for year in 2014 2019 2024; do
  import "communes-$year.csv" communes "$year" --as territories --level commune --access open
  import "populations-$year.csv" populations "$year" --as populations --level commune --access open
done
for year in 2014 2019; do
  import "contours-$year.geojson" contours "$year" --as territories --level commune --access open
done
import mouvements.csv mouvements 2024 --as movements --access open
import epci.csv epci 2024 --as territories --level epci --access open
import departements.csv departements 2024 --as territories --level departement --access open
import regions.csv regions 2024 --as territories --level region --access open

step 'Four ministries, three editions each, as their files are; defence stays restricted'
for year in 2014 2019 2024; do
  import "defense-$year.csv" defense "$year" --producer Défense --map key=code_site --map name=nom_site
  import "education-$year.csv" education "$year" --producer Éducation --access open --open-fields secteur \
    --map category=nature_uai_libe --ignore effectif
  import "finances-$year.csv" finances "$year" --producer Finances --access open --ignore millesime
  import "postes-$year.geojson" postes "$year" --producer 'La Poste' --access open \
    --open-fields accessible_fauteuil
done

step 'The barometer: 400 answers about post offices and treasuries'
import barometre-2023.csv barometre 2023 --as responses --missing 9 --scale 1:5 --access open \
  --open-fields reseau,q1_accueil,q2_delai,q3_clarte

step 'What ministries have announced'
for year in 2019 2024; do
  import "projets-$year.csv" projets "$year" --as projects
done

step 'What happened, edition by edition'
for dataset in defense education finances postes; do
  maillage diff-history --dataset $dataset --all
done > events.jsonl
printf '%-5s %-10s %-8s %-44s %s\n' 'by' 'dataset' 'event' 'change [artefact]' 'service'
jq -r 'select(.type == "event")
  | [.to[:4], .dataset, .event,
     ((.changes | join(", ")) + (if .artefacts == [] then "" else " [" + (.artefacts | join(", ")) + "]" end)),
     (.name_after // .name_before)] | @tsv' events.jsonl |
  awk -F '\t' '{ printf "%-5s %-10s %-8s %-44s %s\n", $1, $2, $3, $4, $5 }'

step 'What had been announced, and what came of it'
maillage diff-history --planned > plans.jsonl
printf '%-11s %-8s %-11s %-12s %-14s %s\n' 'project' 'kind' 'expected by' 'outcome' 'days late' 'service'
jq -r 'select(.type == "plan" and .outcome != "pending")
  | [.project // "-", .kind, (.expected_to // "-"), .outcome,
     (if .days_late_max then "\(.days_late_min) to \(.days_late_max)" elif .days_late_min then "\(.days_late_min) or more" else "-" end),
     .name] | @tsv' plans.jsonl |
  awk -F '\t' '{ printf "%-11s %-8s %-11s %-12s %-14s %s\n", $1, $2, $3, $4, $5, $6 }'

step 'Where the State withdrew twice: communes that at least two ministries left, 2014 to 2024'
maillage crossref --level commune --from 2014 --to 2024 --metric losses > losses.jsonl
printf '%-7s %-10s %-6s %-6s %s\n' 'commune' 'dataset' 'before' 'closed' 'name (ministries that withdrew)'
jq -r 'select(.type == "crossref" and .ministries >= 2 and .closed > 0)
  | [.territory, .dataset, .n + .closed - .created, .closed, "\(.territory_name) (\(.ministries))"] | @tsv' losses.jsonl |
  awk -F '\t' '{ printf "%-7s %-10s %-6s %-6s %s\n", $1, $2, $3, $4, $5 }'

step 'The barometer: share of answers 4 and 5, with its 95 % interval'
maillage barometer-summary --dataset barometre --by reseau --format table

step 'Publication: only what is open; defence and internal telephone numbers are not in it'
maillage export-geojson --dataset education,finances,postes -o services.geojson
maillage export-geojson --level commune -o communes.geojson
grep -v '"dataset":"defense"' events.jsonl | jq -c 'select(.type == "event")' |
  maillage export-geojson - -o mouvements.geojson
maillage export-geojson --dataset projets --audience ministry -o projets.ministry.geojson
jq -c 'select(.type == "crossref" and .ministries >= 2)' losses.jsonl |
  maillage export-geojson - --audience ministry -o deux-fois.ministry.geojson
for file in *.geojson; do
  printf '%-28s %4d features, %6d bytes\n' "$file" "$(jq '.features | length' "$file")" "$(wc -c < "$file")"
done

step 'Is the file whole?'
maillage check --verbose --format table

printf '\nEverything is in %s: open marne.maillage or the GeoJSON with QGIS.\n' "$2"
