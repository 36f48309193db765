import Simulation

/// What one task held of a node, and when: a bar of a Gantt chart.
struct TaskBar {
    /// The node, by its place in the cluster.
    var node: Int
    /// From when on its room was held, in seconds.
    var placed: Double
    /// When it started: its files were there.
    var start: Double
    /// When it ended.
    var end: Double
    /// Cores that it held.
    var cores: Double
    /// What it is called.
    var name: String
    /// The kind of task that it is, which gives it its colour.
    var kind: String
    /// Whether the end of the whole run hangs on it.
    var isOnChain = false
}

extension Timetable {
    /// A bar for each task of `instance` that takes time, `kinds` being those of its tasks; those of `chain` are marked.
    func bars(of instance: SchedulingInstance, kinds: [String], marking chain: Set<Int> = []) -> [TaskBar] {
        (0..<instance.taskCount).map { task in
            TaskBar(
                node: nodes[task], placed: placed[task], start: starts[task], end: ends[task],
                cores: instance.cores[task], name: instance.workflow.tasks[task].id, kind: kinds[task],
                isOnChain: chain.contains(task))
        }.filter { $0.end > $0.placed }
    }
}

/// The commonest kinds of tasks, each with a colour of its own; the rest share one.
struct KindColours {
    /// Colours that are told apart.
    static let most = 6
    /// The kinds that have a colour, those with the most time first.
    let kinds: [String]
    private let places: [String: Int]
    /// Whether there are kinds without one.
    let hasOthers: Bool

    init(_ bars: [TaskBar]) {
        var seconds: [String: Double] = [:]
        for bar in bars { seconds[bar.kind, default: 0] += bar.end - bar.start }
        let sorted = seconds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        kinds = Array(sorted.prefix(Self.most))
        hasOthers = sorted.count > Self.most
        places = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1, $0) })
    }

    /// The class of a bar of this kind.
    func name(of kind: String) -> String { "bar\(places[kind] ?? Self.most)" }
}
