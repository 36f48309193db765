/// One page without scripts or anything from elsewhere: it can be mailed, archived and printed.
struct HTMLPage {
    let title: String
    private var body = ""

    init(title: String) {
        self.title = title
    }

    mutating func heading(_ text: String) { body += "<h2>\(SVG.escaped(text))</h2>\n" }

    mutating func subheading(_ text: String) { body += "<h3>\(SVG.escaped(text))</h3>\n" }

    mutating func paragraph(_ text: String, class name: String = "") {
        body += "<p\(name.isEmpty ? "" : " class=\"\(name)\"")>\(SVG.escaped(text))</p>\n"
    }

    mutating func code(_ text: String) { body += "<pre><code>\(SVG.escaped(text))</code></pre>\n" }

    /// How much of the page's width drawings take.
    enum FigureWidth: String {
        case column = ""
        case wide = " wide"
        case whole = " wide whole"
    }

    /// Drawings beside each other where there is room, each with a caption.
    mutating func figures(_ figures: [(svg: String, caption: String)], width: FigureWidth = .column) {
        body += "<div class=\"figures\(width.rawValue)\">\n"
        for figure in figures {
            body += "<figure>\(figure.svg)<figcaption>\(SVG.escaped(figure.caption))</figcaption></figure>\n"
        }
        body += "</div>\n"
    }

    /// A table; the first `texts` columns are texts, the others figures. A row that is ours stands out.
    mutating func table(_ columns: [String], rows: [(cells: [String], isOurs: Bool)], texts: Int = 1) {
        body += "<div class=\"scroll\"><table>\n<thead><tr>"
        for (place, column) in columns.enumerated() {
            body += "<th\(place < texts ? " class=\"text\"" : "")>\(SVG.escaped(column))</th>"
        }
        body += "</tr></thead>\n<tbody>\n"
        for row in rows {
            body += row.isOurs ? "<tr class=\"ours\">" : "<tr>"
            for (place, cell) in row.cells.enumerated() {
                body += "<td\(place < texts ? " class=\"text\"" : "")>\(SVG.escaped(cell))</td>"
            }
            body += "</tr>\n"
        }
        body += "</tbody></table></div>\n"
    }

    mutating func definitions(_ items: [(term: String, text: String)]) {
        body += "<dl>\n"
        for item in items { body += "<dt>\(SVG.escaped(item.term))</dt><dd>\(SVG.escaped(item.text))</dd>\n" }
        body += "</dl>\n"
    }

    /// Boxes beside each other where there is room, each with a title and some terms.
    mutating func cards(_ cards: [(title: String, lines: [(term: String, text: String)])]) {
        body += "<div class=\"cards\">\n"
        for card in cards {
            body += "<section><h4>\(SVG.escaped(card.title))</h4>\n<dl>"
            for line in card.lines {
                body += "<dt>\(SVG.escaped(line.term))</dt><dd>\(SVG.escaped(line.text))</dd>"
            }
            body += "</dl></section>\n"
        }
        body += "</div>\n"
    }

    var text: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(SVG.escaped(title))</title>
        <style>
        \(Self.style)
        </style>
        </head>
        <body>
        <main>
        <h1>\(SVG.escaped(title))</h1>
        \(body)</main>
        </body>
        </html>

        """
    }

    private static let style = """
        \(SVG.palette)
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 64px; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 12px; }
        h2 { font-size: 1.2rem; margin: 40px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); }
        h3 { font-size: 1.02rem; margin: 18px 0 6px; } h4 { font-size: 0.95rem; margin: 0 0 6px; }
        p { margin: 8px 0; max-width: 75ch; }
        p.soft, figcaption, dd { color: var(--soft); }
        p.verdict { font-size: 1.05rem; padding: 8px 12px; background: var(--panel); border-left: 4px solid var(--ours);
          max-width: none; }
        .scroll { overflow-x: auto; margin: 12px 0; }
        table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
        th, td { padding: 5px 10px 5px 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
        th { color: var(--soft); font-weight: 600; }
        .text { text-align: left; }
        tr.ours td { font-weight: 600; color: var(--ours); }
        .figures { display: flex; flex-wrap: wrap; gap: 16px; }
        figure { margin: 8px 0; flex: 1 1 300px; max-width: 420px; min-width: 0; }
        .wide figure { flex-basis: 100%; max-width: 720px; overflow-x: auto; }
        .wide svg { min-width: 560px; }
        .whole figure { max-width: none; } .whole svg { min-width: 860px; }
        figcaption { font-size: 0.88rem; }
        svg { width: 100%; height: auto; display: block; }
        \(SVG.style)
        pre { background: var(--panel); padding: 12px; overflow-x: auto; font-size: 0.88rem; }
        dt { font-weight: 600; margin-top: 8px; overflow-wrap: anywhere; }
        dd { margin: 0; max-width: 75ch; overflow-wrap: anywhere; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); gap: 12px;
          margin: 12px 0; }
        .cards section { background: var(--panel); padding: 10px 12px; overflow-wrap: anywhere; font-size: 0.88rem; }
        .cards dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 10px; margin: 0; }
        .cards dt { margin: 0; font-weight: 400; color: var(--soft); } .cards dd { color: var(--ink); }
        @media print { main { max-width: none; } h2, figure, tr, section { break-inside: avoid; } }
        """
}
