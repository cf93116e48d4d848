#!/bin/sh
# usage: values.sh SOURCE-ROOT      Values of the file are read by libdata/db/read.h alone, which checks them: nothing
# else calls sqlite3_column_.... What does is listed here with its number of calls and its reason, and no more of them.
cd "$1" || exit 1
exceptions='
libdata/domain/check/check.c 10 what it asks is worked out, and what is damaged is told, not refused
libdata/io/sqlite_source.c 2 a source is not our file, and io lies below db: each is looked at before use
'
found=$(find libdata cmd -name '*.[ch]' ! -path 'libdata/db/*' | sort | xargs grep -c 'sqlite3_column_\(type\|int\|double\|text\|blob\|bytes\|value\)' | grep -v ':0$')
wanted=$(echo "$exceptions" | sed -n 's/^\([^ ]*\) \([0-9]*\) .*/\1:\2/p')
[ "$found" = "$wanted" ] && exit 0
echo "calls of sqlite3_column_... outside libdata/db, by file:"
echo "$found"
echo "those that this test knows (a smaller number is to be written down here, a greater one to be undone):"
echo "$wanted"
exit 1
