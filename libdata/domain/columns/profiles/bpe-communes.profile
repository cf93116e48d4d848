title: Base permanente des équipements, nombre d'équipements par commune
producer: Insee
licence: Licence Ouverte 2.0
as: counts
has: depcom, Total de nb_equip
has: inseecom, Total de nb_equip
map: commune = depcom | inseecom
