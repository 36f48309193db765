import Files
import Workflows

/// Requests that are larger than what the tasks of their kind were seen to use.
enum RightSizing: SuggestionSource {
    static let type = "right-size"

    /// The memory that is asked for over the most that was seen: a task that runs out of memory fails. Of cores the next whole
    /// number over the largest mean does, for one that wants for them is only slower; how close the mean comes to it tells in
    /// the risk.
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

    /// The chance that `enough` cores slow down a further execution: that of memory as long as ``margin`` lies between them and
    /// the largest mean use that was seen, and from there on more, up to a half where the mean is all of them, for then a task
    /// would use more than them half of its time.
    static func risk(_ count: Int, ofCores enough: Double, largest: Double) -> Double {
        let room = (enough / largest - 1) / (margin - 1)
        return risk(count) + max(0, 0.5 - risk(count)) * (1 - min(max(room, 0), 1))
    }

    private static func text(_ count: Int) -> String { count == 1 ? "1 execution" : "\(count) executions" }

    private static func cores(_ process: String, _ places: [Int], _ question: OptimizationQuestion) -> Candidate? {
        let tasks = places.map { question.document.workflow.tasks[$0] }
        let used = tasks.compactMap(\.cpu).filter { $0 > 0 }
        guard let largest = used.max(), used.count == tasks.count else { return nil }
        let enough = max(1, largest.rounded(.up))
        let oversized = tasks.filter { ($0.wishes.cores ?? $0.cores ?? 1) > enough }
        guard let example = oversized.first else { return nil }
        let held = example.wishes.cores ?? example.cores ?? 1
        let mean = JSONValue.text(of: (largest * 100).rounded() / 100)
        let suffices = "\(JSONValue.text(of: enough)) \(enough == 1 ? "is" : "are") enough"
        return Candidate(
            id: "right-size-cores-\(Candidate.slug(process))", type: type,
            reason:
                "\(process) holds \(JSONValue.text(of: held)) cores and used \(mean) on average at the most "
                + "in \(text(used.count)); \(suffices)",
            risk: risk(used.count, ofCores: enough, largest: largest),
            edits: oversized.map { .change(TaskChange(task: $0.id, cores: enough)) })
    }

    private static func memory(_ process: String, _ places: [Int], _ question: OptimizationQuestion) -> Candidate? {
        let tasks = places.map { question.document.workflow.tasks[$0] }
        let used = tasks.compactMap(\.memoryBytes).filter { $0 > 0 }
        var (enough, count) = ((used.max() ?? 0) * margin, used.count)
        var basis = "used \(Self.gigabytes(used.max() ?? 0)) at the most in \(text(count))"
        if used.isEmpty {
            let all = question.forecasts ?? []
            let forecasts = places.compactMap { all.indices.contains($0) ? all[$0] : nil }.filter { !$0.cold }
            guard let largest = forecasts.map(\.memory.allocation).max(), forecasts.count == places.count else {
                return nil
            }
            (enough, count) = (largest, forecasts.map(\.samples).min() ?? 0)
            basis = "is forecast to need \(Self.gigabytes(largest)) at the most, from \(text(count))"
        }
        enough = enough.rounded(.up)
        let oversized = tasks.filter { ($0.wishes.memoryBytes ?? 0) > enough }
        guard let example = oversized.first else { return nil }
        return Candidate(
            id: "right-size-memory-\(Candidate.slug(process))", type: type,
            reason:
                "\(process) holds \(Self.gigabytes(example.wishes.memoryBytes ?? 0)) and \(basis); \(Self.gigabytes(enough)) is enough",
            risk: risk(count), edits: oversized.map { .change(TaskChange(task: $0.id, memoryBytes: enough)) })
    }

    private static func gigabytes(_ bytes: Double) -> String {
        "\(JSONValue.text(of: (bytes / 1e9 * 1000).rounded() / 1000)) GB"
    }
}
