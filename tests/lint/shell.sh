#!/bin/sh
# usage: shell.sh SOURCE-ROOT      Every shell script passes shellcheck.
cd "$1" || exit 1
scripts=$(find . \( -name .git -o -name 'build*' \) -prune -o -type f -print |
  while IFS= read -r file; do
    read -r first <"$file" 2>/dev/null
    case $first in '#!/bin/sh'* | '#!/bin/bash'*) echo "$file" ;; esac
  done | sort)
# names of the project have no blanks
# shellcheck disable=SC2086
shellcheck $scripts && shellcheck -s bash completions/*.bash && find tests/cli -name cmd -exec shellcheck -s sh {} +
