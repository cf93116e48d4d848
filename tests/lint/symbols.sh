#!/bin/sh
# usage: symbols.sh SOURCE-ROOT LIBRARY      The library does not print, read the environment or end the process.
forbidden='exit _exit _Exit quick_exit abort __assert_fail getenv secure_getenv stdout stderr
  printf vprintf __printf_chk __vprintf_chk puts putchar perror err errx warn warnx error syslog'
found=$(nm -u "$2" | awk -v forbidden="$forbidden" '
  BEGIN { count = split(forbidden, names); for (i = 1; i <= count; i++) bad[names[i]] = 1 }
  /:$/ { object = $0 }
  { sub(/@.*/, "", $2) }
  $1 == "U" && ($2 in bad) { print object " " $2 }')
[ -z "$found" ] || {
  echo "$found"
  exit 1
}
# that the names are there to be found at all
nm -u "$2" | grep -q ' memcpy'
