import Files
import Workflows

/// Requests that are larger than what the tasks of their kind were seen to use.
enum RightSizing: SuggestionSource {
    static let type = "right-size"

    /// The memory that is asked for over the most that was seen: a task that runs out of memory fails. Of cores the next whole
    /// number does, for one that wants for them is only slower.
    static let margin = 1.1

    /// One candidate for each kind of step and resource, in the order of the file, up to ``Candidate/most`` of them.
    ///
    /// - Complexity: linear in tasks.
    static func candidates(in context: SuggestionContext) -> [Candidate] {
        var found: [Candidate] = []
        for process in context.processes where found.count < Candidate.most {
            found += [
                cores(process.name, process.tasks, context.question),
                memory(process.name, process.tasks, context.question),
            ].compactMap { $0 }
        }
        return found
    }

    /// The chance that a further execution uses more than all `count` that were seen, if they are exchangeable.
    private static func risk(_ count: Int) -> Double { 1 / Double(count + 1) }

    private static func cores(_ process: String, _ places: [Int], _ question: OptimizationQuestion) -> Candidate? {
        let tasks = places.map { question.document.workflow.tasks[$0] }
        let used = tasks.compactMap(\.cpu).filter { $0 > 0 }
        guard let largest = used.max(), used.count == tasks.count else { return nil }
        let enough = max(1, largest.rounded(.up))
        let oversized = tasks.filter { ($0.wishes.cores ?? $0.cores ?? 1) > enough }
        guard let example = oversized.first else { return nil }
        let held = example.wishes.cores ?? example.cores ?? 1
        return Candidate(
            id: "right-size-cores-\(Candidate.slug(process))", type: type,
            reason:
                "\(process) holds \(JSONValue.text(of: held)) cores and used \(JSONValue.text(of: (largest * 100).rounded() / 100)) at the most in \(used.count) executions; \(JSONValue.text(of: enough)) are enough",
            risk: risk(used.count), edits: oversized.map { .change(TaskChange(task: $0.id, cores: enough)) })
    }

    private static func memory(_ process: String, _ places: [Int], _ question: OptimizationQuestion) -> Candidate? {
        let tasks = places.map { question.document.workflow.tasks[$0] }
        let used = tasks.compactMap(\.memoryBytes).filter { $0 > 0 }
        var (enough, count) = ((used.max() ?? 0) * margin, used.count)
        var basis = "used \(Self.gigabytes(used.max() ?? 0)) at the most in \(count) executions"
        if used.isEmpty {
            let all = question.forecasts ?? []
            let forecasts = places.compactMap { all.indices.contains($0) ? all[$0] : nil }.filter { !$0.cold }
            guard let largest = forecasts.map(\.memory.allocation).max(), forecasts.count == places.count else {
                return nil
            }
            (enough, count) = (largest, forecasts.map(\.samples).min() ?? 0)
            basis = "is forecast to need \(Self.gigabytes(largest)) at the most, from \(count) executions"
        }
        enough = enough.rounded(.up)
        let oversized = tasks.filter { ($0.wishes.memoryBytes ?? 0) > enough }
        guard let example = oversized.first else { return nil }
        return Candidate(
            id: "right-size-memory-\(Candidate.slug(process))", type: type,
            reason:
                "\(process) holds \(Self.gigabytes(example.wishes.memoryBytes ?? 0)) and \(basis); \(Self.gigabytes(enough)) are enough",
            risk: risk(count), edits: oversized.map { .change(TaskChange(task: $0.id, memoryBytes: enough)) })
    }

    private static func gigabytes(_ bytes: Double) -> String {
        "\(JSONValue.text(of: (bytes / 1e9 * 1000).rounded() / 1000)) GB"
    }
}
