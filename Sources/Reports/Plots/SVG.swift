/// A drawing of a given size, as SVG text that scales with the page.
struct SVG {
    let width: Double
    let height: Double
    private var body = ""

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// Text that is safe between tags and in attributes.
    static func escaped(_ text: String) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            // XML has no way to write these.
            case "\0"..<"\t", "\u{0B}", "\u{0C}", "\u{0E}"..<" ", "\u{FFFE}", "\u{FFFF}": safe += "\u{FFFD}"
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    private static func number(_ value: Double) -> String { Formatting.fixed(value.isFinite ? value : 0, 1) }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) {
        let n = Self.number
        body += "<line x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\" class=\"\(name)\"/>\n"
    }

    mutating func rectangle(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, class name: String, title: String = ""
    ) {
        let n = Self.number
        body +=
            "<rect x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(max(width, 0)))\" height=\"\(n(max(height, 0)))\" class=\"\(name)\">"
        body += Self.title(title) + "</rect>\n"
    }

    mutating func circle(_ x: Double, _ y: Double, radius: Double, class name: String, title: String = "") {
        let n = Self.number
        body +=
            "<circle cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\" class=\"\(name)\">" + Self.title(title)
            + "</circle>\n"
    }

    /// Many equal dots in one path.
    mutating func dots(_ points: [(x: Double, y: Double)], class name: String) {
        let n = Self.number
        body += "<path class=\"\(name)\" d=\"" + points.map { "M\(n($0.x)) \(n($0.y))h0" }.joined() + "\"/>\n"
    }

    mutating func polyline(_ points: [(x: Double, y: Double)], class name: String) {
        let n = Self.number
        body +=
            "<polyline class=\"\(name)\" points=\"" + points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
            + "\"/>\n"
    }

    /// What lies within `points`; nothing without any.
    mutating func area(_ points: [(x: Double, y: Double)], class name: String) {
        let n = Self.number
        guard !points.isEmpty else { return }
        body +=
            "<polygon class=\"\(name)\" points=\"" + points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
            + "\"/>\n"
    }

    /// A curve from left to right that begins and ends level.
    mutating func curve(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) {
        let n = Self.number
        let middle = (x1 + x2) / 2
        body +=
            "<path class=\"\(name)\" d=\"M\(n(x1)) \(n(y1))C\(n(middle)) \(n(y1)) \(n(middle)) \(n(y2)) "
            + "\(n(x2)) \(n(y2))\"/>\n"
    }

    mutating func text(
        _ text: String, _ x: Double, _ y: Double, anchor: String = "start", class name: String = "", title: String = ""
    ) {
        let n = Self.number
        body += "<text x=\"\(n(x))\" y=\"\(n(y))\" text-anchor=\"\(anchor)\" class=\"\(name)\">"
        body += Self.title(title) + Self.escaped(text) + "</text>\n"
    }

    mutating func turnedText(_ text: String, _ x: Double, _ y: Double) {
        let n = Self.number
        body +=
            "<text transform=\"translate(\(n(x)) \(n(y))) rotate(-90)\" text-anchor=\"middle\">\(Self.escaped(text))</text>\n"
    }

    private static func title(_ text: String) -> String { text.isEmpty ? "" : "<title>\(escaped(text))</title>" }

    /// The whole drawing, described in words for those who do not see it.
    ///
    /// - Parameter style: rules for a drawing that stands alone, which then has its size; within a page it takes the
    ///   page's.
    func text(describedAs description: String, style: String = "") -> String {
        let n = Self.number
        let (size, head) =
            style.isEmpty
            ? ("", "") : (" width=\"\(n(width))\" height=\"\(n(height))\"", "<style>\n\(style)</style>\n")
        return """
            <svg viewBox="0 0 \(n(width)) \(n(height))"\(size) role="img" aria-label="\(Self.escaped(description))" \
            xmlns="http://www.w3.org/2000/svg">
            \(head)\(body)</svg>
            """
    }
}
