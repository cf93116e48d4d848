title: ADMIN EXPRESS, régions
producer: IGN
licence: Licence Ouverte 2.0
as: territories
level: region
has: INSEE_REG, NOM
not: INSEE_COM, INSEE_DEP, INSEE_ARR
map: code = INSEE_REG
map: name = NOM
