"""Documents written for these tests, in words other than those of the real files. Every buyer, place and address is invented."""

from tests.tender_files.written import Written

WRITTEN = (
    Written(
        "CCAP de voirie, volume global",
        (
            "# CAHIER DES CLAUSES ADMINISTRATIVES PARTICULIÈRES",
            "Département de la Sorgue-Maritime – Réfection de la RD 48",
            "# Article 12 - Insertion sociale par l’emploi",
            ("Dans le cadre de sa politique de lutte contre l’exclusion, le maître d’ouvrage impose, sur le fondement de l’article L2112-2 du "
            "code de la commande publique, une clause d’insertion professionnelle comme condition d’exécution."),
            ("L’attributaire réservera au minimum 655 heures de travail à des demandeurs d’emploi de longue durée, des allocataires du RSA ou "
            "des jeunes sans qualification."),
            "Ces personnes sont embauchées directement ou mises à disposition par une entreprise de travail temporaire d’insertion.",
            "La Maison de l’emploi du Pays Sorgue (tél. 04 00 00 00 12, clauses@mde-sorgue.example) accompagne l’entreprise.",
            "Chaque trimestre, l’entreprise lui adresse le relevé des heures et les justificatifs d’éligibilité.",
            "# Article 15 - Pénalités",
            "Tout retard dans l’achèvement des travaux entraîne une pénalité de 500 € par jour calendaire.",
            "Pour chaque heure d’insertion non effectuée, l’entreprise se voit appliquer, après mise en demeure, une pénalité de 45 € HT.",
        ),
        clause=True, hours=(("unique", 655),), articles=("L2112-2 CCP",), penalties=((45, "EUR/heure", True),), lacks=("globalisation",),
    ),
    Written(
        "heures par lot dans une phrase",
        (
            "# Article 6 : Clause sociale d'insertion",
            ("Le titulaire de chaque lot s'engage à faire travailler des personnes éloignées de l'emploi à hauteur de : lot n° 1 : 1 050 heures ; "
            "lot n° 2 : 210 heures ; lot n° 3 : 105 heures."),
        ),
        clause=True, hours=((1, 1050), (2, 210), (3, 105)), lacks=("pénalités", "publics", "base légale"),
    ),
    Written(
        "pourcentage des heures travaillées",
        (
            "# 4.7 Promotion de l'emploi",
            ("Les entreprises qui se verront attribuer le marché devront réserver, dans l'exécution des travaux, 7 % du temps total de travail "
            "nécessaire à leur réalisation à une action d'insertion professionnelle."),
        ),
        clause=True, hours=(("unique", None),),
    ),
    Written(
        "nombre en toutes lettres",
        (
            "# Article 9 – Clause d’insertion",
            "L’entrepreneur est tenu de consacrer un minimum de trois cent cinquante heures à l’insertion professionnelle de publics en difficulté.",
        ),
        clause=True, hours=(("unique", 350),),
    ),
    Written(
        "nombre en toutes lettres, puis en chiffres",
        (
            "# Article 9 – Clause d’insertion",
            "Le prestataire réalise cent quarante (140) heures d’insertion sur la durée du marché.",
        ),
        clause=True, hours=(("unique", 140),),
    ),
    Written(
        "une heure par tranche de dépenses",
        (
            "# Article 3.4 Condition d'exécution sociale",
            "Le titulaire réalise 1 heure d'insertion pour chaque tranche de 1 500 euros HT de bons de commande notifiés.",
        ),
        clause=True, hours=(("unique", None),),
    ),
    Written(
        "négation simple",
        (
            "# RÈGLEMENT DE LA CONSULTATION",
            "Le présent marché ne comporte aucune clause sociale d’insertion.",
            "Les offres sont jugées au regard du prix (60 %) et de la valeur technique (40 %).",
        ),
        clause=False, tags=("négation",),
    ),
    Written(
        "négation avec motif",
        (
            "# 2.9 Considérations sociales",
            "Compte tenu de la faible part de main-d'œuvre, il n'est pas prévu de clause d'insertion par l'activité économique dans cette consultation.",
        ),
        clause=False, tags=("négation",),
    ),
    Written(
        "sans objet",
        ("# CCAP", "# Article 8 – Clause d’insertion sociale", "Sans objet.", "# Article 9 – Assurances", "Le titulaire est assuré."),
        clause=False, tags=("sans objet",),
    ),
    Written(
        "sans objet en face, dans un tableau",
        (
            "# Fiche récapitulative",
            ("Rubrique", "Réponse"),
            ("Clause d'insertion", "Sans objet"),
            ("Variantes", "Interdites"),
        ),
        clause=False, tags=("sans objet",),
    ),
    Written(
        "cases : oui coché",
        ("# Considérations sociales", "La consultation comporte une clause sociale d’insertion : ☒ Oui ☐ Non"),
        clause=True, tags=("cases",),
    ),
    Written(
        "cases : non coché",
        ("# Considérations sociales", "La consultation comporte une clause sociale d’insertion : ☐ Oui ☒ Non"),
        clause=False, tags=("cases",),
    ),
    Written(
        "cases : rien de coché",
        ("# Considérations sociales", "La consultation comporte une clause sociale d’insertion : ☐ Oui ☐ Non"),
        clause=None, tags=("cases",),
    ),
    Written(
        "cases en liste, l'autre est cochée",
        (
            "# 1.6 Clauses sociales",
            "☒ Le marché ne prévoit pas de clause d’insertion.",
            "☐ Le marché prévoit une clause d’insertion de ____ heures.",
        ),
        clause=False, tags=("cases",),
    ),
    Written(
        "cases en liste, la clause est cochée",
        (
            "# 1.6 Clauses sociales",
            "☐ Le marché ne prévoit pas de clause d’insertion.",
            "☒ Le marché prévoit une clause d’insertion de 90 heures.",
        ),
        clause=True, hours=(("unique", 90),), tags=("cases",),
    ),
    Written(
        "candidature seule",
        (
            "# Article 5 – Présentation des candidatures",
            ("Le candidat produit une déclaration sur l’honneur attestant qu’il est en règle, au cours de l’année précédant celle de la consultation, "
            "au regard des articles L. 5212-1 à L. 5212-11 du code du travail concernant l’emploi des travailleurs handicapés."),
            "Il joint les attestations relatives à ses obligations fiscales et sociales et, s’il est en redressement judiciaire, la copie du jugement.",
        ),
        clause=False, tags=("candidature",),
    ),
    Written(
        "condition sociale dont la nature n'est pas dite",
        (
            "# AVIS D'APPEL PUBLIC À LA CONCURRENCE",
            "Des considérations d'ordre social sont prévues au titre de l'exécution du contrat ; se reporter au cahier des charges.",
        ),
        clause=None, lacks=("nature",), tags=("générique",),
    ),
    Written(
        "clause sociale, sans plus",
        ("# AVIS DE MARCHÉ", "Objet : entretien des ascenseurs des collèges", "Ce contrat est assorti d'une clause sociale."),
        clause=None, lacks=("nature",), tags=("générique",),
    ),
    Written(
        "le cas échéant",
        (
            "# ACTE D'ENGAGEMENT",
            "Je m'engage, le cas échéant, à respecter la clause d'insertion dans les conditions fixées au CCAP.",
        ),
        clause=None, tags=("conditionnel",),
    ),
    Written(
        "accord-cadre dont les bons pourront comporter une clause",
        (
            "# Article 4.5",
            "Les marchés subséquents pourront comporter une clause d’insertion, dont le volume sera fixé dans la lettre de consultation.",
        ),
        clause=None, tags=("conditionnel",),
    ),
    Written(
        "pénalité environnementale seule",
        (
            "# Article 14 – Pénalités",
            "Le non-respect de la clause environnementale relative au tri des déchets donne lieu à une pénalité de 150 € par manquement.",
            "En cas de retard dans la remise des attestations d’assurance, il est fait application d’une pénalité de 30 € par jour.",
        ),
        clause=False, tags=("environnement",),
    ),
    Written(
        "pénalités des deux sortes",
        (
            "# Article 7 – Clause d’insertion",
            "Le titulaire doit réaliser une action d’insertion de 280 heures au bénéfice de personnes rencontrant des difficultés sociales.",
            "# Article 14 – Pénalités",
            "# 14.1 Environnement",
            "Le non-respect du tri des déchets donne lieu à une pénalité de 150 € par manquement.",
            "# 14.2 Insertion",
            "Sans mise en demeure préalable, le titulaire est redevable de 2 fois le SMIC horaire par heure d’insertion non réalisée.",
            "L’absence non justifiée à une réunion avec le facilitateur donne lieu à une pénalité de 100 €.",
        ),
        clause=True, hours=(("unique", 280),),
        penalties=((2, "× SMIC horaire par heure", False), (100, "EUR/absence", None)), tags=("environnement",),
    ),
    Written(
        "sommaire trompeur",
        (
            "SOMMAIRE",
            "Article 1 – Objet du marché ........................ 3",
            "Article 9 – Clause sociale d’insertion ........................ 8",
            "Article 10 – Résiliation ........................ 9",
            "# Article 1 – Objet du marché",
            "Le marché porte sur la fourniture de papier.",
            "# Article 10 – Résiliation",
            "Le marché est résilié dans les cas prévus au CCAG.",
        ),
        clause=False, tags=("sommaire",),
    ),
    Written(
        "avis bilingue",
        (
            "Contract notice",
            "Section VI: Complementary information",
            "The contract includes an insertion clause.",
            "Avis de marché",
            "Section VI : Renseignements complémentaires",
            "Le contrat comprend une clause d’insertion.",
        ),
        clause=True, tags=("bilingue",),
    ),
    Written(
        "lot réservé avec son article",
        (
            "# 1.4 Allotissement",
            ("Le lot 5 (blanchisserie) est réservé aux entreprises adaptées et aux établissements et services d’accompagnement par le travail, "
            "en application de l’article L. 2113-12 du code de la commande publique, employant au moins 50 % de travailleurs handicapés."),
        ),
        clause=False, articles=("L2113-12 CCP",), reservation="yes", tags=("réservation",),
    ),
    Written(
        "marché réservé aux SIAE sans article",
        (
            "# Règlement de la consultation",
            "La présente consultation est réservée aux structures d’insertion par l’activité économique.",
        ),
        clause=False, reservation="yes", lacks=("article de la réservation", "50"), tags=("réservation",),
    ),
    Written(
        "marché réservé : non",
        ("# Avis de marché", "Marché réservé : NON", "Type de procédure : adaptée"),
        clause=False, reservation="no", tags=("réservation",),
    ),
    Written(
        "réservation à cases vides",
        (
            "# 1.3 Marché réservé",
            "☐ Le marché n’est pas réservé.",
            "☐ Le marché est réservé aux entreprises adaptées (article L. 2113-12 du code de la commande publique).",
        ),
        clause=False, articles=("L2113-12 CCP",), reservation="undetermined", tags=("réservation", "cases"),
    ),
    Written(
        "réservation à cases, une cochée",
        (
            "# 1.3 Marché réservé",
            "☐ Le marché n’est pas réservé.",
            ("☒ Le marché est réservé aux structures d’insertion par l’activité économique (article L. 2113-13 du code de la commande publique), "
            "dont au moins 50 % des travailleurs sont défavorisés."),
        ),
        clause=False, articles=("L2113-13 CCP",), reservation="yes", tags=("réservation", "cases"),
    ),
    Written(
        "profession réglementée",
        (
            "# Conditions de participation",
            "La prestation est réservée à une profession particulière : les experts-comptables inscrits à l’ordre.",
        ),
        clause=False, reservation="no", tags=("réservation",),
    ),
    Written(
        "se réserve le droit",
        ("# Article 2", "L’acheteur se réserve le droit de ne pas donner suite. Sous réserve de ses disponibilités, une visite est possible."),
        clause=False, tags=("réservation",),
    ),
    Written(
        "critère avec sous-critères",
        (
            "# Article 8 – Jugement des offres",
            "Les critères d’attribution pondérés sont les suivants :",
            ("Critère", "Pondération"),
            ("Prix", "50 %"),
            ("Valeur technique", "40 %"),
            ("Qualité de la démarche d’insertion professionnelle", "10 %"),
            ("Le critère « insertion » est apprécié selon trois sous-critères : accueil et tutorat (4 points), formation proposée (4 points), "
            "perspectives d’emploi durable (2 points)."),
        ),
        clause=None, criterion=True, tags=("critère",),
    ),
    Written(
        "critère sans sous-critères, pondérations fausses",
        (
            "# Critères d'attribution",
            "Les offres seront classées selon les critères suivants :",
            "Prix : 50 %",
            "Valeur technique : 35 %",
            "Performance en matière d'insertion des publics en difficulté : 20 %",
        ),
        clause=None, criterion=True, contradicts=("105",), lacks=("sous-critères",), tags=("critère",),
    ),
    Written(
        "la RSE de l'entreprise n'est pas un critère social",
        (
            "# Critères d'attribution",
            "Les offres seront classées selon les critères suivants :",
            "Prix : 60 %",
            "Valeur technique : 30 %",
            "Politique RSE de l'entreprise : 10 %",
        ),
        clause=False, tags=("critère",),
    ),
    Written(
        "insertion paysagère",
        (
            "# CCTP",
            "L’insertion paysagère du bâtiment et son insertion dans le site font l’objet d’une notice d’insertion jointe à l’offre.",
            "Le titulaire procède à l’insertion des plans dans le dossier des ouvrages exécutés.",
        ),
        clause=False, tags=("mot seul",),
    ),
    Written(
        "texte abrogé : code de 2006",
        (
            "# Article 11 – Clause d’insertion",
            "En application de l’article 14 du code des marchés publics, le titulaire devra réaliser une action d’insertion de 100 heures.",
        ),
        clause=True, hours=(("unique", 100),), articles=("art. 14 CMP 2006",), contradicts=("abrogé",),
    ),
    Written(
        "texte abrogé : ordonnance de 2015",
        (
            "# Article 11 – Clause d’insertion",
            ("Conformément à l’article 38 de l’ordonnance n° 2015-899 du 23 juillet 2015, l’exécution du marché comporte une clause "
            "d’insertion sociale."),
        ),
        clause=True, articles=("art. 38 ordonnance n° 2015-899",), contradicts=("2015-899",),
    ),
    Written(
        "texte abrogé : décret de 2016",
        (
            "# Critères de jugement des offres",
            "Selon l’article 62 du décret n° 2016-360, le critère d’insertion professionnelle des publics en difficulté compte pour 10 %.",
        ),
        clause=None, criterion=True, articles=("art. 62 décret n° 2016-360",), contradicts=("2016-360",), tags=("critère",),
    ),
    Written(
        "tableau par lot avec total faux",
        (
            "# Article 5 – Action d’insertion",
            "Le nombre d’heures d’insertion à réaliser par lot est le suivant :",
            ("N° du lot", "Désignation", "Volume d’heures d’insertion"),
            ("Lot 1", "Terrassement", "350"),
            ("Lot 2", "Maçonnerie", "700"),
            ("Lot 3", "Serrurerie", "néant"),
            ("Total", "", "1 100"),
        ),
        clause=True, hours=((1, 350), (2, 700), (3, 0), ("total annoncé", 1100)), contradicts=("1050",),
    ),
    Written(
        "CCAG de 2021 et public par renvoi",
        (
            "# Article 10 – Développement social",
            "Le titulaire met en œuvre l’action d’insertion prévue à l’article 20.1 du CCAG Travaux. Le volume horaire d’insertion est de 840 heures.",
            "Les profils éligibles sont ceux de l’article 20.1.1 du CCAG Travaux.",
        ),
        clause=True, hours=(("unique", 840),), articles=("20.1 CCAG-Travaux", "20.1.1 CCAG-Travaux"),
    ),
    Written(
        "l'achat est un chantier d'insertion",
        (
            "# Règlement de la consultation",
            "Le marché a pour objet une prestation d’insertion sociale et professionnelle ayant pour support l’entretien des berges.",
            "La procédure est celle de l’article R. 2123-1 3° du code de la commande publique.",
        ),
        clause=False, tags=("objet",),
    ),
    Written(
        "blancs à compléter",
        (
            "# Article 7 – Clause sociale d’insertion",
            "Le titulaire s’engage à réserver ………… heures de travail à des personnes en insertion.",
        ),
        clause=True, hours=((None, None),), lacks=("blanc",),
    ),
    Written(
        "délais qui ne sont pas des heures d'insertion",
        (
            "# Article 7 – Clause d’insertion",
            "Le titulaire réalise 160 heures d’insertion. Il répond sous 48 heures à toute demande du facilitateur et le joint de 9 h 00 à 17 h 30.",
            "Sont éligibles les demandeurs d’emploi ayant travaillé moins de 420 heures au cours des douze derniers mois.",
        ),
        clause=True, hours=(("unique", 160),),
    ),
    Written(
        "la clause ne vaut pas pour un lot",
        (
            "# Article 6 – Clause d’insertion",
            "Le titulaire du lot 1 doit réaliser 300 heures d’insertion.",
            "Le lot 2 n’est pas concerné par la clause d’insertion.",
        ),
        clause=True, hours=((1, 300),),
    ),
    Written(
        "clause dite et niée",
        (
            "# Article 3",
            "L’exécution du marché comporte une clause d’insertion.",
            "# Article 9",
            "Le marché ne comporte pas de clause d’insertion.",
        ),
        clause=None, contradicts=("annonce",),
    ),
    Written(
        "rien",
        (
            "# CAHIER DES CLAUSES ADMINISTRATIVES PARTICULIÈRES",
            "Le marché a pour objet la maintenance des extincteurs. Le délai de paiement est de trente jours.",
            "La raison sociale du titulaire et le siège social figurent à l’acte d’engagement. Les cotisations sociales sont à sa charge.",
        ),
        clause=False, tags=("mot seul",),
    ),
)  # fmt: skip
