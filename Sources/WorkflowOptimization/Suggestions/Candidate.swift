import Workflows

/// A change that has not been simulated yet.
struct Candidate {
    var id: String
    var type: String
    var reason: String
    /// The chance of harm that a simulation cannot show.
    var risk: Double
    var changes: [TaskChange]

    /// `workflow` with the change.
    func applied(to workflow: Workflow) -> Workflow { Self.apply(changes, to: workflow) }

    static func apply(_ changes: [TaskChange], to workflow: Workflow) -> Workflow {
        let places = workflow.places
        var workflow = workflow
        for change in changes {
            guard let place = places[change.task] else { continue }
            workflow.update(place) { task in
                task.wishes.cores = change.cores ?? task.wishes.cores
                task.wishes.memoryBytes = change.memoryBytes ?? task.wishes.memoryBytes
                task.wishes.priority = change.priority ?? task.wishes.priority
            }
        }
        return workflow
    }

    /// Letters, digits and dashes of `text`, for names.
    static func slug(_ text: String) -> String {
        String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(48))
    }
}
