import Engine
import Files

extension ServerMetrics {
    /// All figures in the text format of Prometheus, version 0.0.4.
    func text(of engine: IntelligentScheduler) -> String {
        var page = PrometheusPage()
        let (counted, engineCounts) = (snapshot, engine.statistics)
        page.begin("tactus_requests_total", "counter", "Requests by route and status.")
        for (key, count) in counted.requests.sorted(by: {
            ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
        }) {
            page.add(["route": key.route, "status": "\(key.status)"], Double(count))
        }
        addLatencies(counted, to: &page)
        page.begin("tactus_decisions_total", "counter", "Decisions by type and source.")
        for (name, count) in engineCounts.decisions.sorted(by: { $0.key < $1.key }) {
            let words = name.split(separator: " ").map(String.init)
            page.add(["type": words[0], "source": words[1]], Double(count))
        }
        page.single(
            "tactus_fallbacks_total", "counter", "Decisions that a heuristic gave because no version could.",
            Double(engineCounts.fallbacks))
        page.single("tactus_outcomes_total", "counter", "Outcomes that were learned.", Double(engineCounts.outcomes))
        page.addSwaps(engine.swapFigures)
        page.begin("tactus_model_version", "gauge", "The version that answers; absent where a heuristic does.")
        for model in [engine.servedModel, engine.servedForecaster, engine.servedOptimizer].compactMap(\.self) {
            page.add(["name": model.name], Double(model.version))
        }
        addCondition(of: engine, to: &page)
        addPlans(of: engine, to: &page)
        addSeries(of: engine, to: &page)
        addChallengers(engine.challengerFigures, to: &page)
        page.single(
            "tactus_uptime_seconds", "gauge", "Seconds since the start.", (ContinuousClock.now - began) / .seconds(1))
        if let bytes = residentMemory() {
            page.single(
                "process_resident_memory_bytes", "gauge", "Memory of the process that is resident.", Double(bytes))
        }
        return page.text
    }

    private func addLatencies(_ counted: State, to page: inout PrometheusPage) {
        page.begin("tactus_request_seconds", "histogram", "Seconds from the head of a request to its answer.")
        for (route, histogram) in counted.latencies.sorted(by: { $0.key < $1.key }) {
            var total = 0
            for (bound, count) in zip(Self.bounds.map(JSONValue.text(of:)) + ["+Inf"], histogram.counts) {
                total += count
                page.add(["route": route, "le": bound], Double(total), suffix: "_bucket")
            }
            page.add(["route": route], histogram.sum, suffix: "_sum")
            page.add(["route": route], Double(total), suffix: "_count")
        }
    }
}

/// Text in the exposition format of Prometheus.
struct PrometheusPage {
    private(set) var text = ""
    private var name = ""

    /// Begins the figures called `name`.
    mutating func begin(_ name: String, _ type: String, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    /// Adds a figure with its labels.
    mutating func add(_ labels: [String: String], _ value: Double, suffix: String = "") {
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
        let shown = pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
        text += "\(name)\(suffix)\(shown) \(JSONValue.text(of: value))\n"
    }

    /// A figure of its own.
    mutating func single(_ name: String, _ type: String, _ help: String, _ value: Double) {
        begin(name, type, help)
        add([:], value)
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// Bytes of this process that are resident; nil where the system does not tell.
private func residentMemory() -> Int? {
    guard let status = try? readText(of: "/proc/self/status"),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
    else { return nil }
    return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) }.map { $0 * 1024 }
}
