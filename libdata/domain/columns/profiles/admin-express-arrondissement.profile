title: ADMIN EXPRESS, arrondissements
producer: IGN
licence: Licence Ouverte 2.0
as: territories
level: arrondissement
has: INSEE_ARR, NOM, INSEE_DEP
not: INSEE_COM, INSEE_CAN
map: code = INSEE_ARR
map: name = NOM
