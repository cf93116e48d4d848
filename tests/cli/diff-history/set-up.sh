# Sourced by the cases: two editions of five services, in a file of their own.
export MAILLAGE_DB=services.maillage
import() { maillage import "$@" --quiet >/dev/null; }
cat >2019.csv <<'CSV'
Identifiant;Libellé;Catégorie;Code INSEE;Latitude;Longitude;Horaires
A1;Poste de Châlons;Bureau;51108;48.9566;4.3634;9h-17h
B2;Poste de Reims;Bureau;51454;49.2583;4.0317;9h-18h
C3;Relais d'Épernay;Relais;51230;49.0402;3.9594;10h
D4;Relais de Vitry;Relais;51649;48.7247;4.5847;8h
E5;Agence de Sézanne;Agence;51535;;;8h
CSV
cat >2024.csv <<'CSV'
Identifiant;Libellé;Catégorie;Code INSEE;Latitude;Longitude;Horaires
F6;Agence d'Ay;Agence;51030;49.0550;4.0039;8h
E5;Agence de Sézanne;Agence;51535;48.7217;3.7231;9h
C3;RELAIS D'EPERNAY;Agence;51230;49.0402;3.9694;10h
B2;Poste de Reims;Bureau;51454;49.2583;4.0317;9H - 18h
A1;Poste de Châlons;Bureau;51108;48.9566;4.3634;9h-17h
CSV
import 2019.csv --dataset postes --edition 2019
import 2024.csv --dataset postes --edition 2024
