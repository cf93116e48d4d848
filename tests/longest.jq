# The ten longest of one or more meson-logs/testlog.json, by the clock; and the ten longest cases of the command lines,
# by processor time. Usage: jq -r -s -f tests/longest.jq LOG...

def longest: sort_by(-.[0])[:10][] | "\(.[0] * 10 | round / 10 | tostring | (8 - length) * " " + .) s  \(.[1])";
def how: .command | tostring | if test("valgrind") then " (valgrind)" elif test("build-asan") then " (sanitizers)" else "" end;

"the ten longest tests", ([.[] | [.duration, .name + how]] | longest),
"", "the ten longest cases of the command lines, processor time",
([.[] | how as $how | (.name | sub(".* / "; "")) as $folder | (.stdout // "") | scan("# (\\S+) took ([0-9.]+) s\n")
  | [(.[1] | tonumber), "\($folder)/\(.[0])\($how)"]] | longest)
