#!/bin/sh
# usage: po/messages.sh            all messages of the sources, as a template on standard output
#        po/messages.sh --update   bring the catalogues up to date with them (new ones are left empty)
cd "$(dirname "$0")/.." || exit 1

template() {
  find cmd libdata -name '*.[ch]' | LC_ALL=C sort |
    xgettext --files-from=- --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=ngettext_:1,2 \
      --package-name=maillage --no-location --sort-output --output=- | sed '/^"POT-Creation-Date/d; s/CHARSET/UTF-8/'
}

case ${1-} in
'') template ;;
--update)
  new=$(mktemp) || exit 1
  trap 'rm -f "$new"' EXIT
  template >"$new"
  for catalogue in po/*.po; do
    msgmerge --quiet --no-fuzzy-matching --no-location --sort-output --update --backup=none "$catalogue" "$new"
    msgattrib --no-obsolete --no-location --sort-output --output-file="$catalogue" "$catalogue"
  done
  ;;
*)
  sed -n '2,3s/^# //p' "$0" >&2
  exit 2
  ;;
esac
