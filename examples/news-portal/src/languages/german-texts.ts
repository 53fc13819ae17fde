/** The site's texts in German, by their English. */
export const germanTexts: Readonly<Record<string, string>> = {
  // Around every page
  "Every State of the Union address since 1790, set like the news it was.":
    "Alle Reden zur Lage der Nation seit 1790, gesetzt wie die Nachrichten, die sie waren.",
  "Every State of the Union address since 1790": "Alle Reden zur Lage der Nation seit 1790",
  "Skip to the content": "Zum Inhalt",
  Main: "Hauptmenü",
  Language: "Sprache",
  "Front page": "Titelseite",
  Archive: "Archiv",
  Search: "Suche",
  "Search all addresses": "Alle Reden durchsuchen",
  "The words are the speakers’ own, and of their time. Headlines and summaries are sentences found in the texts by their most telling terms.":
    "Die Worte sind die der Redner und ihrer Zeit. Schlagzeilen und Vorspanne sind Sätze der Reden, gefunden anhand ihrer aussagekräftigsten Wörter.",
  "Texts in the public domain:": "Gemeinfreie Texte:",

  // Numbers and what they count
  address: "Rede",
  addresses: "Reden",
  word: "Wort",
  words: "Wörter",
  reader: "Leser",
  readers: "Leser",
  "{minutes} min read": "{minutes} Min. Lesezeit",
  "{from} to {until}": "{from} bis {until}",

  // Front page
  "the front page": "die Titelseite",
  "The latest address": "Die jüngste Rede",
  "Read the whole address": "Die ganze Rede lesen",
  "What it is about": "Worum es geht",
  "Before that": "Davor",
  "Most read": "Meistgelesen",
  "Nobody has read anything yet.": "Noch hat niemand etwas gelesen.",
  "Be the first.": "Den Anfang machen.",
  "{total} addresses by their length": "{total} Reden nach ihrer Länge",
  "The longest:": "Die längste:",
  "The shortest:": "Die kürzeste:",
  "From the archive today": "Heute aus dem Archiv",

  // Archive and categories
  "All {total} addresses, by who gave them and when": "Alle {total} Reden: wer sie hielt, und wann",
  President: "Präsident",
  Presidents: "Präsidenten",
  Era: "Epoche",
  Eras: "Epochen",
  Party: "Partei",
  Parties: "Parteien",
  Decade: "Jahrzehnt",
  Decades: "Jahrzehnte",
  Addresses: "Reden",
  Newer: "Neuere",
  Older: "Ältere",
  Pages: "Seiten",
  "Page {number} of {count}": "Seite {number} von {count}",
  "Words that set the speaker apart": "Wörter, die den Redner auszeichnen",
  "Words that set these addresses apart": "Wörter, die diese Reden auszeichnen",
  Word: "Wort",
  Said: "Gesagt",
  "More often than others": "Häufiger als andere",
  "over 100": "über 100",

  // Articles
  By: "Von",
  corrected: "berichtigt",
  "Correct the headline": "Schlagzeile berichtigen",
  "Other years": "Andere Jahre",
  "More from {president}": "Mehr von {president}",
  "Others on the same subjects": "Andere zu denselben Themen",

  // Search
  "Please search for at most {longest} characters; these were {length}.":
    "Bitte höchstens {longest} Zeichen suchen; das waren {length}.",
  "Two centuries of addresses, read word by word. For instance:":
    "Reden aus zwei Jahrhunderten, Wort für Wort durchsucht. Zum Beispiel:",
  "No address says that. Words are looked for as they are spelt, with their plurals.":
    "Das sagt keine Rede. Gesucht werden englische Wörter, wie sie geschrieben sind, auch im Plural.",
  "these are the {count} most telling": "hier die {count} aussagekräftigsten",
  "the most telling first": "die aussagekräftigsten zuerst",
  "No address has all of these words. With most of them:": "Keine Rede enthält alle diese Wörter. Die meisten davon:",
  Results: "Ergebnisse",
  "said {count}×": "{count}-mal gesagt",
  Better: "Bessere",
  More: "Weitere",

  // Corrections
  "Correct a headline": "Eine Schlagzeile berichtigen",
  "Back to the address of {year}": "Zurück zur Rede von {year}",
  "What stands above the address was found by counting words. An editor may know better. Every page that shows it shows the correction at once; it is kept with the caches of the site.":
    "Was über der Rede steht, wurde durch Zählen von Wörtern gefunden. Eine Redaktion weiß es vielleicht besser. Jede Seite, auf der es steht, zeigt die Berichtigung sofort; aufbewahrt wird sie bei den Zwischenspeichern der Seite.",
  "Somebody else has corrected this while you were writing. It now says:":
    "Während Sie schrieben, hat jemand anderes das berichtigt. Jetzt steht dort:",
  "Your words are still in the form. Publish them to replace these, or leave the page to keep these.":
    "Ihr Text steht noch im Formular. Veröffentlichen Sie ihn, um den anderen zu ersetzen, oder verlassen Sie die Seite.",
  "The correction could not be kept just now. Your words are still in the form: please try again.":
    "Die Berichtigung ließ sich gerade nicht speichern. Ihr Text steht noch im Formular: Bitte versuchen Sie es erneut.",
  Headline: "Schlagzeile",
  Summary: "Vorspann",
  "Publish the correction": "Berichtigung veröffentlichen",
  "A headline has {shortest} to {longest} characters; this one has {length}.":
    "Eine Schlagzeile hat {shortest} bis {longest} Zeichen; diese hat {length}.",
  "A summary has {shortest} to {longest} characters; this one has {length}.":
    "Ein Vorspann hat {shortest} bis {longest} Zeichen; dieser hat {length}.",

  // How it is cached
  "How this site is cached": "Wie diese Seite zwischenspeichert",
  "Nothing here is slowed down for show: what takes long is real work, done once. The toolbar in the corner lists what each page asked of the cache. It is there for developers only: not in production, and on this machine alone.":
    "Nichts ist hier künstlich verlangsamt: Was lange dauert, ist echte Arbeit, einmal getan. Die Werkzeugleiste in der Ecke zeigt, was jede Seite vom Cache wollte. Sie ist nur für Entwickler da: nicht im Betrieb, und allein auf diesem Rechner.",
  "Try it:": "Ausprobieren:",
  "In the code:": "Im Code:",
  "Whole pages": "Ganze Seiten",
  "The front page and the pages of presidents, parties, decades and eras are rendered once and kept for five minutes. Afterwards an old one is still served, for an hour at most, while a new one is made in the background: nobody waits.":
    "Die Titelseite und die Seiten der Präsidenten, Parteien, Jahrzehnte und Epochen werden einmal gesetzt und fünf Minuten aufbewahrt. Danach wird die alte noch höchstens eine Stunde lang gezeigt, während im Hintergrund eine neue entsteht: Niemand wartet.",
  "Reload it and look at Cache-Status and Age among the response headers in your browser’s developer tools.":
    "Laden Sie sie neu und sehen Sie sich in den Entwicklerwerkzeugen des Browsers die Antwort-Header Cache-Status und Age an.",
  "Conditional requests": "Bedingte Anfragen",
  "Kept pages have an ETag, and browsers ask each time whether theirs is still current. If it is, the answer is a 304 without a body.":
    "Aufbewahrte Seiten haben ein ETag, und Browser fragen jedes Mal, ob ihre Fassung noch gilt. Wenn ja, ist die Antwort eine 304 ohne Inhalt.",
  "Start the site with NODE_ENV=production, as pages with the toolbar are kept by nobody, and open it three times: the third time almost nothing is transferred.":
    "Starten Sie die Seite mit NODE_ENV=production, denn Seiten mit der Werkzeugleiste bewahrt niemand auf, und öffnen Sie sie dreimal: Beim dritten Mal wird fast nichts übertragen.",
  "Parts of pages": "Teile von Seiten",
  "An article counts its readers, so it is not kept whole. Its text and what stands below it are kept as markup; only the counter is live.":
    "Ein Artikel zählt seine Leser und wird deshalb nicht als Ganzes aufbewahrt. Sein Text und was darunter steht, bleiben als fertiges HTML liegen; nur der Zähler ist aktuell.",
  "Reload it: the number of readers grows while the toolbar shows hits.":
    "Laden Sie ihn neu: Die Zahl der Leser steigt, und die Werkzeugleiste zeigt Treffer.",
  Tags: "Marken",
  "Every page and every part is tagged with the articles that it shows. Correcting a headline invalidates one tag, and whatever shows the article is made anew, on all servers.":
    "Jede Seite und jeder Teil trägt die Marken der Artikel, die darauf stehen. Wer eine Schlagzeile berichtigt, entwertet eine Marke, und alles, was den Artikel zeigt, entsteht neu, auf allen Servern.",
  "Change it, and look at the front page.": "Ändern Sie sie und sehen Sie auf der Titelseite nach.",
  Locks: "Sperren",
  "Two editors may have the same form open. A lock in the store lets one of them publish at a time, so the second sees what the first has written before overwriting it.":
    "Zwei Redakteure können dasselbe Formular offen haben. Eine Sperre im Speicher lässt immer nur einen veröffentlichen; der zweite sieht erst, was der erste geschrieben hat.",
  "Open it in two windows, and publish in both.": "Öffnen Sie es in zwei Fenstern und veröffentlichen Sie in beiden.",
  "Computed values": "Berechnete Werte",
  "A search reads 1.8 million words. Its result is kept for ten minutes, and when many visitors ask the same at once it is computed once for all of them.":
    "Eine Suche liest 1,8 Millionen Wörter. Ihr Ergebnis bleibt zehn Minuten liegen, und fragen viele zugleich dasselbe, wird es einmal für alle berechnet.",
  "Reload it: the toolbar says what the hit has saved.":
    "Laden Sie sie neu: Die Werkzeugleiste sagt, was der Treffer gespart hat.",
  Counters: "Zähler",
  "Readers are counted in the store by add and incr, which are atomic, so that several servers lose none. The ranking made of the counters may be some seconds old.":
    "Leser werden im Speicher mit add und incr gezählt; beide sind atomar, sodass mehrere Server keinen verlieren. Die Rangliste daraus darf ein paar Sekunden alt sein.",
  "Read it, and find the incr of counters in the toolbar.":
    "Lesen Sie sie und suchen Sie in der Werkzeugleiste nach dem incr von counters.",
  "Two tiers": "Zwei Ebenen",
  "What the texts hold never changes. With a shared store, each server also keeps it in its own memory, and has it even while the store is down.":
    "Was in den Texten steht, ändert sich nie. Bei einem gemeinsamen Speicher hält es jeder Server zusätzlich im eigenen Arbeitsspeicher und hat es auch, wenn der Speicher ausfällt.",
  "Start the site with a CACHE_URL, stop the store, and go on reading.":
    "Starten Sie die Seite mit einer CACHE_URL, halten Sie den Speicher an und lesen Sie weiter.",
  Languages: "Sprachen",
  "Browsers ask for languages in thousands of ways. The site settles on one before it looks into the cache, so each page is kept twice and not thousands of times.":
    "Browser fragen auf tausenderlei Weise nach Sprachen. Die Seite legt sich fest, bevor sie in den Cache sieht; so liegt jede Seite zweimal bereit und nicht tausendmal.",
  "Change the language at the top of the page, and back.":
    "Wechseln Sie oben auf der Seite die Sprache und wieder zurück.",

  // What went wrong
  "That request makes no sense": "Diese Anfrage ergibt keinen Sinn",
  "Its address or form is not well-formed.": "Ihre Adresse oder ihr Formular ist nicht wohlgeformt.",
  "That form came from elsewhere": "Dieses Formular kam von anderswo",
  "Forms are taken from the pages of this site only.": "Formulare werden nur von den Seiten dieser Zeitung angenommen.",
  "No such page": "Diese Seite gibt es nicht",
  "Nothing was ever published at this address.": "Unter dieser Adresse ist nie etwas erschienen.",
  "That cannot be done here": "Das geht hier nicht",
  "This page can be read, and nothing else.": "Diese Seite lässt sich lesen, sonst nichts.",
  "That is too much": "Das ist zu viel",
  "The form is longer than any correction can be.": "Das Formular ist länger, als eine Berichtigung sein kann.",
  "That is no form": "Das ist kein Formular",
  "Forms are taken as HTML sends them.": "Formulare werden so angenommen, wie HTML sie sendet.",
  "The presses have stopped": "Die Druckmaschinen stehen still",
  "Something failed on our side. It has been noted.": "Bei uns ist etwas schiefgegangen. Es ist vermerkt.",
  "To the front page": "Zur Titelseite",

  // Categories
  "{decade}s": "{decade}er",
  Unaffiliated: "Parteilos",
  Federalist: "Föderalisten",
  "Democratic-Republican": "Demokratische Republikaner",
  Democratic: "Demokraten",
  "Whig & Democratic": "Whigs und Demokraten",
  Whig: "Whigs",
  Republican: "Republikaner",
  "National Union": "Nationale Union",
  "The Early Republic": "Die frühe Republik",
  "Expansion and Division": "Ausdehnung und Spaltung",
  "Civil War and Reconstruction": "Bürgerkrieg und Reconstruction",
  "The Gilded Age": "Das Vergoldete Zeitalter",
  "The Progressive Era": "Die Progressive Ära",
  "Boom, Depression, War": "Aufschwung, Depression, Krieg",
  "The Cold War": "Der Kalte Krieg",
  "After the Cold War": "Nach dem Kalten Krieg",
}
