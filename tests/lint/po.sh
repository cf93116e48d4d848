#!/bin/sh
# usage: po.sh SOURCE-ROOT      Every message of the sources is in every catalogue, translated, and sound.
cd "$1" || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
po/messages.sh >"$work/sources"
[ "$(grep -c '^msgid' "$work/sources")" -gt 100 ] || exit 1
for catalogue in po/*.po; do
  msgfmt --check-format --check-domain --statistics --output-file=/dev/null "$catalogue" 2>"$work/said" || failed=1
  cat "$work/said"
  ! grep -Eq 'fuzzy|untranslated' "$work/said" || failed=1
  # what is missing, and what is in the catalogue but no more in the sources
  msgcmp "$catalogue" "$work/sources" || failed=1
  ! msgcmp "$catalogue" "$work/sources" 2>&1 | grep -q 'not used' || failed=1
done
[ "$failed" -eq 0 ] || echo "run po/messages.sh --update, and translate what is empty"
exit "$failed"
