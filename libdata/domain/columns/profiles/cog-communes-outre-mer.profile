title: Code officiel géographique, communes des collectivités d'outre-mer
producer: Insee
licence: Licence Ouverte 2.0
as: territories
level: commune
has: COM_COMER, LIBELLE
map: code = COM_COMER
map: name = LIBELLE
