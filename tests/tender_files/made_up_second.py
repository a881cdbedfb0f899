"""More of them, written once the rules passed the first ones, to see what the rules had only learnt by heart."""

from tests.tender_files.written import Written

SECOND = (
    Written(
        "clause du Département, modèle ancien",
        (
            "# ARTICLE 4 – CLAUSE SOCIALE",
            "# 4.1 Principe",
            ("Le Département, dans un souci de promotion de l’emploi et de lutte contre les exclusions, a décidé de faire application des dispositions de "
            "l’article L.2112-2 du Code de la commande publique en incluant dans ce marché une clause sociale d’insertion obligatoire."),
            "# 4.2 Volume",
            ("L’entreprise retenue devra réserver une part minimale du temps de travail nécessaire à l’exécution du marché, soit 480 h, à une action "
            "d’insertion."),
            "# 4.3 Pénalités",
            ("En cas de non-respect des obligations d’insertion, du fait de l’entreprise, celle-ci se verra appliquer une pénalité égale à 60 euros "
            "par heure d’insertion non réalisée."),
            ("Le refus de transmettre les renseignements relatifs à l’action d’insertion entraînera une pénalité de 150 € par jour de retard à compter de la "
            "mise en demeure."),
        ),
        clause=True, hours=(("unique", 480),), articles=("L2112-2 CCP",),
        penalties=((60, "EUR/heure", False), (150, "EUR/jour", True)), lacks=("publics", "facilitateur"),
    ),
    Written(
        "RC qui annonce",
        (
            "# 2.8 Clauses sociales",
            "Les lots 1, 3 et 4 sont assortis d’une clause obligatoire d’insertion par l’activité économique. Le détail figure à l’article 10 du CCAP.",
            "L’offre qui ne respecterait pas cette clause serait irrégulière.",
        ),
        clause=True,
    ),
    Written(
        "négation élargie",
        ("# 1.7 Développement durable", "La présente consultation ne fait l’objet ni d’une clause sociale d’insertion ni d’un critère social."),
        clause=False,
    ),
    Written(
        "absence de clause, motif",
        ("# Article 3.2", "Absence de clause d’insertion : durée d’exécution inférieure à trois mois."),
        clause=False,
    ),
    Written(
        "sans clause sociale",
        ("# Fiche marché", ("Clause sociale", "Non"), ("Clause environnementale", "Oui")),
        clause=False,
    ),
    Written(
        "oui en face",
        ("# Fiche marché", ("Clause d’insertion", "Oui"), ("Marché réservé", "Non"), ("Volume d’heures d’insertion", "175 h")),
        clause=True, hours=(("unique", 175),), reservation="no",
    ),
    Written(
        "engagement de l’acte, blanc rempli par le candidat",
        (
            "# ACTE D’ENGAGEMENT",
            "# Article 6 – Engagement d’insertion",
            "Le signataire s’engage à réaliser un volume d’heures d’insertion au moins égal à 224 heures et propose ............ heures supplémentaires.",
        ),
        clause=True, hours=(("unique", 224),),
    ),
    Written(
        "travailleurs handicapés en exécution, pas une réservation",
        (
            "# Article 5 – Clause d’insertion",
            ("Le titulaire doit confier au moins 105 heures d’insertion à des personnes reconnues travailleurs handicapés. Il peut sous-traiter à une "
            "entreprise adaptée."),
        ),
        clause=True, hours=(("unique", 105),),
    ),
    Written(
        "réservation ESS",
        (
            "# 1.2 Forme du marché",
            ("En application des articles L. 2113-15 et L. 2113-16 du code de la commande publique, ce marché de services sociaux est réservé aux entreprises "
            "de l’économie sociale et solidaire."),
        ),
        clause=False, articles=("L2113-15 CCP", "L2113-16 CCP"), reservation="yes",
    ),
    Written(
        "lots réservés, un autre non",
        (
            "# Allotissement",
            ("Lot", "Désignation", "Observation"),
            ("1", "Bâtiments nord", "Non réservé"),
            ("2", "Bâtiments sud", "Lot réservé aux structures d’insertion par l’activité économique (L. 2113-13)"),
        ),
        clause=False, articles=("L2113-13 CCP",), reservation="yes",
    ),
    Written(
        "aucun lot réservé",
        ("# Allotissement", "Aucun lot n’est réservé au titre des articles L. 2113-12 à L. 2113-16 du code de la commande publique."),
        clause=False, articles=("L2113-12 CCP", "L2113-16 CCP"), reservation="no",
    ),
    Written(
        "critère en sous-critère de la valeur technique",
        (
            "# Article 7 – Critères de jugement des offres",
            "1. Prix : 40 %",
            "2. Valeur technique : 60 %",
            "2.1 Méthodologie : 30 %",
            "2.2 Moyens humains : 20 %",
            "2.3 Mesures en faveur de l’insertion sociale : 10 %",
        ),
        clause=None, criterion=True, lacks=("sous-critères",),
    ),
    Written(
        "critère et clause",
        (
            "# Article 7 – Critères de jugement des offres",
            ("Critère", "Pondération"),
            ("Prix", "50 points"),
            ("Qualité technique", "40 points"),
            ("Insertion professionnelle des publics éloignés de l’emploi", "10 points"),
            "# Article 9 – Clause d’insertion",
            "Le titulaire s’engage à réaliser 400 heures d’insertion.",
        ),
        clause=True, hours=(("unique", 400),), criterion=True,
    ),
    Written(
        "critères de sélection des candidatures, effectifs handicapés",
        (
            "# Sélection des candidatures",
            "Les candidats indiquent leurs effectifs, dont les travailleurs handicapés, et leur politique d’insertion.",
        ),
        clause=False,
    ),
    Written(
        "pénalité forfaitaire et pourcentage",
        (
            "# Article 5 – Clause sociale d’insertion",
            "Le titulaire réalise 700 heures d’insertion au profit des publics éligibles.",
            "# Article 11 – Pénalités pour non-respect de la clause sociale",
            ("En cas d’inexécution des heures d’insertion imputable au titulaire, il est appliqué une pénalité de 1,5 fois le SMIC horaire par heure non "
            "réalisée."),
            "Le défaut de production des justificatifs donne lieu à une pénalité forfaitaire de 250 €, après mise en demeure restée infructueuse.",
            "Le montant total des pénalités est plafonné à 10 000 €.",
        ),
        clause=True, hours=(("unique", 700),), penalties=((1.5, "× SMIC horaire par heure", False), (250, "EUR (forfait)", True)),
    ),
    Written(
        "heures par année",
        (
            "# Article 6 Clause d’insertion",
            "Le volume d’insertion est fixé à 1 820 heures par an pour le lot n°2 et à 607 heures par an pour le lot n°4.",
        ),
        clause=True, hours=((2, 1820), (4, 607)),
    ),
    Written(
        "taux par lot en tableau",
        (
            "# Article 6 Clause d’insertion",
            "Le titulaire réserve aux publics en insertion la part suivante des heures travaillées.",
            ("Lot", "Objet", "Part des heures d’insertion"),
            ("1", "Démolition", "5 %"),
            ("2", "Gros œuvre", "7 %"),
        ),
        clause=True, hours=((1, None), (2, None)),
    ),
    Written(
        "ANRU",
        (
            "# Article 8 - Charte nationale d’insertion",
            ("Conformément à la charte nationale d’insertion de l’ANRU, au moins 5 % des heures travaillées sont réservées aux habitants des quartiers "
            "prioritaires éloignés de l’emploi."),
        ),
        clause=True, hours=(("unique", None),),
    ),
    Written(
        "considérations sociales : préambule général",
        (
            "# Préambule",
            "La Région mène une politique d’achats responsables et adhère à une charte de la commande publique durable.",
            "# Article 1",
            "Le marché porte sur l’achat de mobilier.",
        ),
        clause=False,
    ),
    Written(
        "éventuelle clause",
        ("# Article 2.3", "L’éventuelle clause d’insertion sera précisée lors de chaque bon de commande."),
        clause=None,
    ),
    Written(
        "social et environnemental dans la notice",
        ("# Avis", "Conditions d’exécution : éléments à caractère social et environnemental, article 5 du CCP."),
        clause=None, lacks=("nature",),
    ),
    Written(
        "personnes éloignées de l’emploi sans le mot insertion",
        (
            "# Article 13",
            ("L’entreprise attributaire s’oblige à embaucher, pour l’exécution des prestations, des personnes durablement éloignées du marché du travail à hauteur "
            "de 260 heures."),
        ),
        clause=True, hours=(("unique", 260),),
    ),
    Written(
        "apostrophes perdues",
        ("# Article 4 – Clause d\x92insertion", "Le titulaire s\x92engage à réaliser 77 heures d\x92insertion."),
        clause=True, hours=(("unique", 77),),
    ),
    Written(
        "phrase noyée",
        (
            ("Visite obligatoire.Les variantes sont refusées.Le marché est assorti d'une clause d'insertion professionnelle.Délai de validité des offres : "
            "120 jours.Langue : français."),
        ),
        clause=True,
    ),
    Written(
        "plusieurs articles du travail",
        (
            "# Article 9 – Publics de la clause d’insertion",
            "Sont éligibles les personnes visées à l’article L. 5132-1 du code du travail et les bénéficiaires de l’article L. 5212-13 du même code.",
            "Le titulaire s’engage à en recruter pour 500 heures.",
        ),
        clause=True, hours=(("unique", 500),), articles=("L5132-1 code du travail", "L5212-13 code du travail"),
    ),
    Written(
        "pénalité générale sans mise en demeure",
        (
            "# Article 6 – Clause d’insertion",
            "Le titulaire réalise 130 heures d’insertion.",
            "# Article 12 – Pénalités",
            "Toutes les pénalités s’appliquent sans mise en demeure préalable.",
            "# 12.4",
            "Heure d’insertion non réalisée : 40 € / heure.",
        ),
        clause=True, hours=(("unique", 130),), penalties=((40, "EUR/heure", False),),
    ),
)  # fmt: skip
