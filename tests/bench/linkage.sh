# shellcheck shell=sh disable=SC2154,SC2034 # sourced by run
# Services of one category in ten cities, all of them written otherwise in the second edition and none with an
# identifier: what linkage costs where nothing matches exactly and blocks are as large as they get, and that four
# times as many take about four times as long.
linkage_make() { # EDITION ROWS
  awk -v edition="$1" -v rows="$2" '
    function random(n) { # the low bits of such numbers repeat soon
      seed = (seed * 69069 + 12345) % 4294967296
      return int(seed / 4294967296 * n)
    }
    BEGIN {
      syllables = split("ba ber bou cha cor da del du fa fer gau ge ha jou la le lo mar mi mon na ni pa per pi ra ri ro sa so tre va ver vi", syllable, " ")
      firsts = split("Alain Anne Brigitte Camille Cécile Claire Denis Élise Éric Fabien Hélène Hugo Inès Jean Jeanne Julie Karim Léa Louis Lucie Marc Marie Nadia Noël Olivier Paul Pierre René Samir Sophie Thomas Yves Zoé", first, " ")
      split("rue avenue boulevard place impasse", type, " ")
      split("R. AV. BD PL. IMP.", short, " ")
      split("75056 13055 69123 31555 06088 44109 34172 67482 33063 59350", code, " ")
      split("2.35 5.38 4.84 1.44 7.26 -1.55 3.88 7.75 -0.58 3.06", lon, " ")
      split("48.86 43.30 45.76 43.60 43.71 47.22 43.61 48.58 44.84 50.63", lat, " ")
      print "nom;type;adresse;code_insee;longitude;latitude"
      for (i = 0; i < rows; i++) {
        seed = i * 2654435761 % 4294967296
        for (k = 0; k < 5; k++) random(2)
        city = 1 + i % 10
        family = syllable[1 + random(syllables)] syllable[1 + random(syllables)] syllable[1 + random(syllables)]
        given = first[1 + random(firsts)]
        way = 1 + random(5)
        street = syllable[1 + random(syllables)] syllable[1 + random(syllables)] syllable[1 + random(syllables)]
        number = 1 + random(150)
        x = lon[city] + (random(10000) - 5000) / 72000
        y = lat[city] + (random(10000) - 5000) / 111000
        drop = 2 + random(length(family) - 2)
        if (edition == 1) {
          printf "Docteur %s %s;Cabinet médical;%d %s de %s;%s;%.6f;%.6f\n", given, family, number, type[way], street,
            code[city], x, y
        } else {
          if (random(2)) family = substr(family, 1, drop - 1) substr(family, drop + 1)
          printf "DR %s %s;Cabinet médical;%d, %s %s;%s;%.5f;%.5f\n", toupper(family), given, number, short[way],
            toupper(street), code[city], x + (random(60) - 30) / 72000, y + (random(60) - 30) / 111000
        }
      }
    }'
}

linkage_at() { # NAME ROWS
  for i in 1 2; do
    file=$data/cities$i-$2.csv
    [ -e "$file" ] || { linkage_make "$i" "$2" >"$data/part" && mv "$data/part" "$file"; } || exit 1
  done
  rm -f "$1.sqlite"
  for i in 1 2; do
    measure "$1-import-$i" maillage import -q "$data/cities$i-$2.csv" -d "$1.sqlite" --dataset cities --no-key \
      --edition $((2014 + i))
  done
  measure "$1" maillage diff-history -q -d "$1.sqlite" --dataset cities --from 2015 --to 2016 --no-save --links -f csv
}

linkage_measure() {
  linkage_at linkage-quarter $((rows / 10))
  linkage_at linkage-all $((rows * 2 / 5))
}

# Of the services, those that are linked with themselves: they are on the same line of both files.
linkage_right() {
  awk -F , -v rows=$((rows * 2 / 5)) 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["how"] == "linkage" && $at["line_before"] == $at["line_after"] { right++ }
    END { printf "%.4f", right / rows }' linkage-all.out
}

linkage_table() {
  ratio 'linkage, nothing equal: CPU / of a quarter' '<=' 6 linkage-all linkage-quarter
  bound 'linkage, nothing equal: peak, MiB' '<=' 4096 "$(peak_of linkage-all)"
  bound 'linkage, nothing equal: recall' '>=' 0.9 "$(linkage_right)"
}
