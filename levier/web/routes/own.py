from levier.web import follow_up, own, own_book, own_data
from levier.web.registry import PUBLIC, Page

BOTH = ("GET", "POST")

PAGES = (
    Page("moi/", own.home, "own", PUBLIC),
    Page("moi/lien/<str:token>/", own.enter, "own-enter", PUBLIC, BOTH),
    Page("moi/reponse/", own.answer, "own-answer", PUBLIC, ("POST",)),
    Page("moi/pas-d-accord/", own.contest, "own-contest", PUBLIC, BOTH),
    Page("moi/qui-a-regarde/", own.reads, "own-reads", PUBLIC),
    Page("moi/carnet/", own_book.book, "own-book", PUBLIC),
    Page("moi/carnet/note/", own_book.note, "own-note", PUBLIC, ("POST",)),
    Page("moi/carnet/pdf/", own_book.book_file, "own-book-pdf", PUBLIC),
    Page("moi/mes-donnees/", own_data.data, "own-data", PUBLIC),
    Page("moi/mes-donnees/json/", own_data.data_file, "own-data-json", PUBLIC),
    Page("moi/quitter/", own.quit_visit, "own-quit", PUBLIC, ("POST",)),
    Page("reponse-recue/", follow_up.replied, "outcome-replied", PUBLIC),
    Page("reponse/<str:token>/", follow_up.reply, "outcome-reply", PUBLIC, BOTH),
)
