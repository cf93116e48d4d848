title: Base permanente des équipements, diffusion Melodi
producer: Insee
licence: Licence Ouverte 2.0
as: counts
has: GEO, GEO_OBJECT, FACILITY_TYPE, OBS_VALUE
map: code = GEO
map: category = FACILITY_TYPE
map: score = OBS_VALUE
