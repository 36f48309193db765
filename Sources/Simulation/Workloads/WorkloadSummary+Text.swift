import Files

extension WorkloadSummary {
    /// The figures as lines for a terminal: the arrivals, then each application with a table of its processes, then notes.
    public var text: String {
        var lines = [arrivals]
        for application in applications {
            lines.append("")
            lines.append(application.line)
            lines += Self.table(application.processes)
        }
        if !notes.isEmpty { lines.append("") }
        lines += notes.map { "note: \($0)" }
        return lines.joined(separator: "\n")
    }

    private static func table(_ processes: [Process]) -> [String] {
        guard !processes.isEmpty else { return [] }
        var rows = [["process", "quantity", "distribution", "on input", "mean", "distance", "samples", "failures"]]
        for process in processes {
            for (place, quantity) in process.quantities.enumerated() {
                rows.append([
                    place == 0 ? process.name : "", quantity.name, quantity.distribution, quantity.dependence,
                    significant(quantity.mean), quantity.fit.map { significant($0.distance) } ?? "",
                    quantity.fit.map { "\($0.samples)" } ?? "",
                    place == 0 ? "\(Quantity.rounded(process.failures * 100)) %" : "",
                ])
            }
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let room = String(repeating: " ", count: widths[column] - cell.count)
                return column < 4 ? cell + room : room + cell
            }
            var line = "  " + cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// With three significant digits.
    private static func significant(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return JSONValue.text(of: value) }
        var scale = 1.0
        var magnitude = abs(value)
        while magnitude >= 1000 {
            magnitude /= 10
            scale *= 10
        }
        while magnitude < 100, scale > 1e-12 {
            magnitude *= 10
            scale /= 10
        }
        let digits = (value / scale).rounded()
        return JSONValue.text(of: scale >= 1 ? digits * scale : digits / (1 / scale).rounded())
    }

    /// The figures as `--json` prints them.
    public var json: JSONValue {
        .object(
            JSONObject([
                ("arrivals", .string(arrivals)), ("applications", .array(applications.map(\.json))),
                ("notes", .array(notes.map(JSONValue.string))),
            ]))
    }
}

extension WorkloadSummary.Application {
    fileprivate var line: String {
        var parts = ["\(WorkloadSummary.Quantity.rounded(share * 100)) % of arrivals"]
        if let tasks {
            parts.append(
                tasks.count == 1 ? "\(tasks.lowerBound) tasks" : "\(tasks.lowerBound) to \(tasks.upperBound) tasks")
        }
        if !processes.isEmpty { parts.append("\(processes.count) processes in \(stages) stages") }
        parts.append("from \(source)")
        return "\(name): \(parts.joined(separator: ", "))"
    }

    fileprivate var json: JSONValue {
        var object = JSONObject([("name", .string(name)), ("share", .number(share)), ("source", .string(source))])
        object["fewestTasks"] = tasks.map { .integer($0.lowerBound) }
        object["mostTasks"] = tasks.map { .integer($0.upperBound) }
        object["stages"] = .integer(stages)
        object["processes"] = .array(
            processes.map { process in
                var entry = JSONObject([("process", .string(process.name)), ("failures", .number(process.failures))])
                for quantity in process.quantities { entry[quantity.name] = quantity.json }
                return .object(entry)
            })
        return .object(object)
    }
}

extension WorkloadSummary.Quantity {
    fileprivate var json: JSONValue {
        var object = JSONObject([
            ("distribution", .string(distribution)), ("dependence", .string(dependence)), ("mean", .number(mean)),
        ])
        object["distance"] = fit.map { .number($0.distance) }
        object["samples"] = fit.map { .integer($0.samples) }
        return .object(object)
    }
}
