#!/bin/sh
# usage: includes.sh SOURCE-ROOT      A file includes only its own layer or lower ones, in libdata/domain only the
# rooms that its own may use (in history, those below its own), in cmd only its tool and the frame, and only the libraries
# that its layer may use. The table of rooms in ARCHITECTURE.md is the list; none uses one that stands below it.
cd "$1" || exit 1
# shellcheck disable=SC2016 # the dollars are awk's
find libdata cmd -name '*.[ch]' | sort | xargs awk '
  BEGIN {
    split("base io db geo domain cmd", names)
    for (i in names) rank[names[i]] = i
    # the rooms of libdata/domain, each after those that it may use, as ARCHITECTURE.md tells it
    while ((getline line < "ARCHITECTURE.md") > 0) {
      if (line !~ /^\| `[a-z]+` \|[^|]*\|( `[a-z]+`,?)* \|$/) continue
      gsub(/`|,/, "", line)
      split(line, cell, " *\\| *")
      room = cell[2]
      count = split(cell[4], others, " ")
      for (i = 1; i <= count; i++)
        if (!(others[i] in uses)) {
          print "ARCHITECTURE.md: " room " may use " others[i] ", which does not stand before it"
          failed = 1
        }
      uses[room] = " " cell[4] " "
    }
    # the rooms of history, lowest first: each may use those before it and what they all fill
    split("history.h internal.h rows decisions identity difference artefacts answer history.c", floors)
    for (i in floors) floor[floors[i]] = i
    # each library from the layer that brings it in
    from["csv.h"] = from["zlib.h"] = from["jansson.h"] = "io"
    from["sqlite3.h"] = from["spatialite.h"] = "db"
    from["proj.h"] = "geo"
  }
  FNR == 1 {
    split(FILENAME, parts, "/")
    layer = parts[1] == "cmd" ? "cmd" : parts[2]
    room = layer == "domain" ? parts[3] : ""
    part = room == "history" ? parts[4] : ""
    if (part && !(part in floor)) {
      print FILENAME ": not a room of libdata/domain/history"
      failed = 1
    }
    if (room && !(room in uses)) {
      print FILENAME ": not a room of libdata/domain"
      failed = 1
    }
  }
  function bad(what) {
    printf "%s:%d: %s may not include %s\n", FILENAME, FNR, room ? layer "/" room : layer, what
    failed = 1
  }
  /^#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    split(quoted[2], target, "/")
    other = target[1] == "libdata" ? target[2] : target[1]
    if (!(other in rank) || rank[other] > rank[layer]) bad(quoted[2])
    if (room && other == "domain" && target[3] != room && target[3] != "common" && index(uses[room], " " target[3] " ") == 0)
      bad(quoted[2])
    # what is no tool uses none; a tool of several files only its own
    if (target[1] == "cmd" && target[2] != "frame" && target[2] != parts[2]) bad(quoted[2])
    if (part && target[3] == "history" && floor[target[4]] > floor[part]) {
      printf "%s:%d: history/%s may not include %s\n", FILENAME, FNR, part, quoted[2]
      failed = 1
    }
    next
  }
  /^#[ \t]*include[ \t]*</ {
    split($0, quoted, /[<>]/)
    file = quoted[2]
    sub(/^spatialite\/.*/, "spatialite.h", file)
    least = file ~ /^nettle\// ? "io" : from[file]
    # what is not linked: its functions are called as mg_gdal.NAME
    if (file ~ /^(gdal|ogr_|cpl_)/ && FILENAME != "libdata/io/gdal.h") bad(quoted[2])
    if (file == "spatialite.h" && FILENAME !~ /^libdata\/db\/(spatialite.h|make_objects.c)$/) bad(quoted[2])
    if (file ~ /^(proj|geodesic)\.h/ && FILENAME != "libdata/geo/proj.h") bad(quoted[2])
    if (least == "") next
    if (file == "sqlite3.h" && FILENAME == "libdata/io/sqlite_source.c") next # what OGR may do with it
    if (rank[least] > rank[layer] || (layer == "cmd" && file != "jansson.h")) bad(quoted[2])
  }
  END { exit failed }'
