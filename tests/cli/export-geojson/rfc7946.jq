# What RFC 7946 asks of a FeatureCollection, as far as this tool writes one: says what is wrong, or "valid".

def position: type == "array" and length == 2 and all(type == "number")
  and (.[0] | . >= -180 and . <= 180) and (.[1] | . >= -90 and . <= 90);
def area: [., .[1:]] | transpose | map(select(.[1])) | map(.[0][0] * .[1][1] - .[1][0] * .[0][1]) | add;
def ring(sign): length >= 4 and first == last and all(position) and area * sign > 0;
def polygon: (.[0] | ring(1)) and (.[1:] | all(ring(-1)));
def geometry:
  . == null
  or (keys == ["coordinates", "type"]
      and if .type == "Point" then .coordinates | position
          elif .type == "Polygon" then .coordinates | polygon
          elif .type == "MultiPolygon" then .coordinates | all(polygon)
          else false end);
def positions: [.. | select(type == "array" and length == 2 and all(type == "number"))];

(if .type == "FeatureCollection" then empty else "not a FeatureCollection" end),
(keys_unsorted | if . == ["type", "features"] or . == ["type", "features", "bbox"] then empty
  else "members: \(.)" end),
(.features[] | select((.type == "Feature" and (.geometry | geometry) and (.properties | type == "object")) | not)
  | "not a feature: \(.)"),
([.features[].id | values] | if length == (unique | length) then empty else "an id is there twice" end),
(if .bbox == null or ([.features[].geometry | values | .coordinates] | positions) as $p
    | .bbox == [($p | map(.[0]) | min), ($p | map(.[1]) | min), ($p | map(.[0]) | max), ($p | map(.[1]) | max)]
  then empty else "bbox: \(.bbox)" end),
"checked \(.features | length) features"
