import Files

/// One line of a Nextflow trace. A value is raw (milliseconds, bytes) or as people read it (`3m 4s`, `1.2 GB`, `98.5%`);
/// each cell tells by its form. `-` and nothing are a missing value.
struct NextflowRow {
    let places: [String: Int]
    let cells: [Substring]
    let file: String
    let line: Int

    /// The text of a column; nil if the column or the value is missing.
    subscript(name: String) -> String? {
        guard let place = places[name] else { return nil }
        let text = cells[place].drop { $0 == " " }
        return text.isEmpty || text == "-" ? nil : String(text)
    }

    func failure(_ field: String, _ problem: String) -> InputError {
        InputError(problem, file: file, line: line, field: field)
    }

    func finite(_ field: String, _ value: Double?) throws -> Double {
        guard let value, value.isFinite else { throw failure(field, "\"\(self[field] ?? "")\" is no number") }
        return value
    }

    func whole(_ field: String, _ value: Double) throws -> Int {
        guard let whole = Int(exactly: value) else { throw failure(field, "\(value) is no whole number") }
        return whole
    }

    /// A plain number that is not negative.
    func number(_ field: String) throws -> Double? {
        guard let text = self[field] else { return nil }
        return try amount(field, finite(field, Double(text)))
    }

    private func amount(_ field: String, _ value: Double) throws -> Double {
        guard value >= 0 else { throw failure(field, "\(value) is negative") }
        return value
    }

    /// A percentage, with or without its sign.
    func percent(_ field: String) throws -> Double? {
        guard let text = self[field] else { return nil }
        return try amount(field, finite(field, Double(text.last == "%" ? text.dropLast() : text[...])))
    }

    /// Bytes: a plain number, or one with a unit of 1024: `KB`, `MB`, `GB`, `TB`, `PB`.
    func bytes(_ field: String) throws -> Double? {
        guard let text = self[field] else { return nil }
        if let plain = Double(text) { return try amount(field, finite(field, plain)) }
        let number = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(number.count).drop { $0 == " " }.uppercased()
        let powers = ["B": 0, "KB": 1, "MB": 2, "GB": 3, "TB": 4, "PB": 5]
        guard let value = Double(number), let power = powers[unit] else {
            throw failure(field, "\"\(text)\" is no amount of memory")
        }
        return (0..<power).reduce(value) { value, _ in value * 1024 }
    }

    /// Seconds: a plain number of milliseconds, or parts such as `1d 2h 3m 4.5s 600ms`.
    func duration(_ field: String) throws -> Double? {
        guard let text = self[field] else { return nil }
        if let plain = Double(text) { return try amount(field, finite(field, plain) / 1000) }
        let seconds = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400]
        var total = 0.0
        for part in text.split(separator: " ") {
            let number = part.prefix { $0.isNumber || $0 == "." }
            guard let value = Double(number), let factor = seconds[String(part.dropFirst(number.count))] else {
                throw failure(field, "\"\(text)\" is no duration")
            }
            total += value * factor
        }
        return total
    }

    /// Unix seconds: a plain number of milliseconds, or a date such as `2021-08-26 10:22:33.123`, taken as UTC.
    func moment(_ field: String) throws -> Double? {
        guard let text = self[field] else { return nil }
        if let plain = Double(text) { return try finite(field, plain) / 1000 }
        guard let moment = calendarMoment(text) else { throw failure(field, "\"\(text)\" is no moment") }
        return moment
    }
}
