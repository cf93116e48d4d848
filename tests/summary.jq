# Sums up one or more meson-logs/testlog.json: "P passed, F failed, S skipped".
#
# A program that speaks TAP or is written with cmocka counts as the tests inside it; any other, and one that
# ended without saying how its tests went, counts as one. Usage: jq -r -s -f tests/summary.jq LOG...

def number(pattern): [.output | match(pattern; "g").captures[0].string | tonumber] | add // 0;
def lines(pattern): [.output | match(pattern; "g")] | length;

def counted:
  .output = (.stdout // "") + "\n" + (.stderr // "")
  | { passed: number("\\[  PASSED  \\] ([0-9]+) test"),
      failed: number("\\[  FAILED  \\] ([0-9]+) test"),
      skipped: number("\\[  SKIPPED \\] ([0-9]+) test"),
      tap_skipped: lines("(?:^|\n)ok [0-9]*[^\n]*# SKIP"),
      tap_passed: lines("(?:^|\n)ok "),
      tap_failed: lines("(?:^|\n)not ok ") } as $n
  | .result as $result
  | ($result == "OK" or $result == "SKIP" or $result == "EXPECTEDFAIL") as $good
  | { passed: ($n.passed + $n.tap_passed - $n.tap_skipped),
      failed: ($n.failed + $n.tap_failed),
      skipped: ($n.skipped + $n.tap_skipped) }
  | if .passed + .failed + .skipped == 0 and $good then
      (if $result == "SKIP" then .skipped = 1 else .passed = 1 end)
    elif .failed == 0 and ($good | not) then .failed = 1
    else . end;

reduce (.[] | counted) as $test ({passed: 0, failed: 0, skipped: 0};
  {passed: (.passed + $test.passed), failed: (.failed + $test.failed), skipped: (.skipped + $test.skipped)})
| "\(.passed) passed, \(.failed) failed, \(.skipped) skipped"
