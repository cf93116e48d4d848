title: Établissements d'enseignement, géolocalisation
producer: Ministère de l'Éducation nationale
licence: Licence Ouverte 2.0
as: services
has: Code établissement, Appellation officielle, Dénomination principale, Patronyme uai
has: numero_uai, appellation_officielle, denomination_principale, patronyme_uai
map: key = Code établissement | numero_uai
map: name = Appellation officielle
map: category = Nature | nature_uai_libe
map: address = Adresse | adresse_uai
map: postcode = Code postal | code_postal_uai
map: commune = Code commune
map: status = Etat établissement | etat_etablissement_libe
map: opened = date_ouverture
map: precision = Qualité d'appariement | appariement
map: lat = Latitude
map: lon = Longitude
