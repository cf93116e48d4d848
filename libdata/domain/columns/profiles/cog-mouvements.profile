title: Code officiel géographique, mouvements de communes
producer: Insee
licence: Licence Ouverte 2.0
as: movements
has: MOD, DATE_EFF, TYPECOM_AV, COM_AV, COM_AP
map: kind = MOD
map: date = DATE_EFF
