"""A third lot, written once the rules passed the second one."""

from tests.tender_files.written import Written

THIRD = (
    Written("eForms", (
        "Avis de marché", "Procédure", "Titre: Entretien des espaces verts", "Participation réservée: La participation n’est pas réservée.",
        "Informations relatives aux marchés stratégiques: Social objectives promoted",
        "L’exécution du marché doit avoir lieu dans le cadre de programmes d’emplois protégés: Non",
        "Critères d'attribution", "Type: Prix", "Pondération (pourcentage, valeur exacte): 60", "Type: Qualité", "Pondération (pourcentage, valeur exacte): 40"),
        clause=False, reservation="no"),
    Written("eForms réservé", (
        "Avis de marché", "Participation réservée: La participation est réservée aux ateliers protégés et aux opérateurs économiques dont l’objectif est l’intégration de personnes handicapées ou défavorisées",
        ), clause=False, reservation="yes"),
    Written("emplois protégés oui", (
        "Avis de marché", "Le marché est exécuté dans le cadre de programmes d'emplois protégés : oui"), clause=False, reservation="yes"),
    Written("RC cases décrites", (
        "# Article 3 – Développement durable",
        "Cette consultation comporte (cocher) :", "☒ une clause sociale d'insertion par l'activité économique (article L. 2112-2 du code de la commande publique)", "☐ un critère social", "☐ une réservation (article L. 2113-12 du code de la commande publique)"),
        clause=True, articles=("L2112-2 CCP","L2113-12 CCP"), reservation="no"),
    Written("RC cases toutes vides sauf environnement", (
        "# Article 3 – Développement durable",
        "Le marché comporte :", "☐ une clause sociale d'insertion", "☒ une clause environnementale"),
        clause=False),
    Written("CCAP FCS long", (
        "# ARTICLE 7 : ACTION SOCIALE D'INSERTION",
        "7.1. Cadre. Conformément aux dispositions de l'article L. 2112-2 du code de la commande publique, le présent accord-cadre est soumis à une obligation d'insertion sociale.",
        "7.2. Objectif. Sur la durée de chaque période, le titulaire du lot 1 réalise au minimum 910 heures d'insertion ; le titulaire du lot 2 réalise au minimum 455 heures d'insertion.",
        "7.3. Bénéficiaires. Demandeurs d'emploi de plus de 50 ans, bénéficiaires de minima sociaux, jeunes suivis par la mission locale.",
        "7.4. Suivi. Le titulaire transmet au facilitateur (Mme la chargée de mission clauses, Pays de Lorve, 04 00 00 00 33) avant le 5 de chaque mois un tableau des heures et les contrats de travail.",
        "7.5. Sanctions. À défaut de réalisation et sauf cas de force majeure, une pénalité de 55 euros par heure d'insertion manquante est due. Le défaut de transmission du tableau entraîne une pénalité de 20 euros par jour de retard.",
        "7.6. Mutualisation. Les heures peuvent être mutualisées avec d'autres marchés."),
        clause=True, hours=((1,910),(2,455)), articles=("L2112-2 CCP",), penalties=((55,"EUR/heure",None),(20,"EUR/jour",None))),
    Written("marché global hors insertion, insertion de données", (
        "# CCTP", "L’outil permet l’insertion de clauses types et l’insertion de données. Les heures d’astreinte sont de 24 h sur 24.", "Le prestataire assure 35 heures de formation aux agents."),
        clause=False),
    Written("formation des agents", ("# Article 5 Formation", "Le titulaire forme les utilisateurs pendant 14 heures. La pénalité est de 100 € par heure d’indisponibilité."), clause=False),
    Written("clause de réexamen, pas sociale", ("# Article 12 Clause de réexamen", "Une clause de réexamen est prévue. La clause sociale du contrat de travail ne s'applique pas."), clause=False),
    Written("engagement candidat au criterion", (
        "# ARTICLE 8 : CRITÈRES DE SÉLECTION DES OFFRES",
        "Critère n°1 : Prix des prestations – 55 points",
        "Critère n°2 : Valeur technique – 35 points",
        "Critère n°3 : Performances en matière d’insertion professionnelle – 10 points",
        "Sous-critère 3.1 : modalités d’accueil et de tutorat – 6 points",
        "Sous-critère 3.2 : formation – 4 points"),
        clause=None, criterion=True),
    Written("bordereau AE par lot", (
        "# ACTE D’ENGAGEMENT", "Lot n° 4 – Peinture",
        "# Article 5 – Clause d’insertion sociale",
        "Je m’engage à réserver 310 heures de travail à des personnes en insertion, soit le minimum fixé au CCAP pour le lot n° 4."),
        clause=True, hours=((4,310),)),
    Written("travaux, art. 20 CCAG", (
        "# 20.1 Clause d’insertion sociale", "Le titulaire réserve une partie des heures de travail nécessaires à l’exécution du marché à des personnes visées à l’article 20.1.1 du CCAG-Travaux, soit 1.400 heures."),
        clause=True, hours=(("unique",1400),), articles=("20.1.1 CCAG-Travaux",)),
    Written("contradiction heures", (
        "# Article 5 – Clause d’insertion", "Lot 1 : 300 heures d’insertion. Lot 2 : 200 heures d’insertion.", "Soit un total de 600 heures d’insertion."),
        clause=True, hours=((1,300),(2,200),("total annoncé",600)), contradicts=("500",)),
    Written("ne s’applique pas", ("# 6. Insertion", "La clause d’insertion ne s’applique pas au présent marché."), clause=False),
    Written("exclue", ("# 6. Divers", "L’acheteur n’a pas retenu de clause sociale pour cette consultation."), clause=False),
    Written("dérogation", ("# 15. Dérogations au CCAG", "Par dérogation à l’article 16.1 du CCAG-FCS, aucune action d’insertion n’est demandée."), clause=False, articles=("16.1 CCAG-FCS",)),
    Written("clause à l’avis, chiffres au CCAP", ("# Avis", "Clause sociale d'insertion et de promotion de l'emploi pour les lots 1 à 6, voir CCAP."), clause=True),
    Written("conditions particulières", ("III.2.2) Conditions particulières d'exécution:", "Clause d'insertion sociale (cf. article 4.2 du CCAP)."), clause=True),
    Written("conditions particulières non", ("# Avis", "L'exécution du marché est soumise à d'autres conditions particulières : non."), clause=False),
    Written("critère social absent", ("# Critères", "Il n’est pas prévu de critère social."), clause=False),
    Written("handicap accessibilité", ("# CCTP", "Les locaux sont accessibles aux personnes handicapées. Le lot 2 concerne la mise en accessibilité pour les travailleurs handicapés."), clause=False),
    Written("pénalité zéro insertion RGPD", ("# Article 9 – Clause d’insertion","Le titulaire réalise 70 heures d’insertion.","# Article 10 – Protection des données","Tout manquement au RGPD entraîne une pénalité de 1 000 € par manquement.","# Article 11 – Insertion : sanctions","Chaque heure non réalisée donne lieu à une pénalité de 35 €.","L’absence de transmission de l’attestation mensuelle donne lieu à une pénalité de 50 € par jour ouvré de retard."),
        clause=True, hours=(("unique",70),), penalties=((35,"EUR/heure",None),(50,"EUR/jour ouvré",None))),
    Written("pourcentage du montant", ("# Article 9 – Clause d’insertion","Le titulaire consacre 3 % du montant du marché à l’achat de prestations auprès de structures d’insertion par l’activité économique."), clause=True, hours=(("unique",None),)),
    Written("EA ETP", ("# Article 9 – Clause sociale d’insertion","Le titulaire affecte à l’exécution un équivalent temps plein en insertion, soit 1 607 heures annuelles."), clause=True, hours=(("unique",1607),)),
    Written("mixte EA SIAE article 14", ("# 1.3", "Marché réservé conjointement aux EA/ESAT et aux SIAE sur le fondement de l’article L. 2113-14 du code de la commande publique."), clause=False, articles=("L2113-14 CCP",), reservation="yes"),
    Written("pénitentiaire mêlé", ("# 1.3", "Le marché est réservé aux entreprises adaptées et aux opérateurs qui font travailler des détenus en établissement pénitentiaire (articles L. 2113-12 et L. 2113-13-1 du code de la commande publique)."), clause=False, articles=("L2113-12 CCP","L2113-13-1 CCP"), reservation="yes", contradicts=("pénitentiaire",)),
    Written("groupe et lots par titres", ("# Article 6 – Clause d’insertion","# Lot 1 – Gros œuvre","Nombre d’heures d’insertion : 500","# Lot 2 – Second œuvre","Nombre d’heures d’insertion : 250"), clause=True, hours=((1,500),(2,250))),
    Written("table deux colonnes heures", ("# Article 6 – Clause d’insertion",("Lot","Montant estimé","Heures d’insertion période 1","Heures d’insertion total"),("1","200 000","50","150"),("2","300 000","70","210")), clause=True, hours=((1,150),(2,210)), tags=("pas en pdf",)),
)  # fmt: skip
