import Files
import Workflows

/// Arrivals that are given one by one: `{"arrivals": [{"at": seconds, "workflow": path}]}`.
public struct ArrivalList: Sendable, Hashable {
    /// One of them.
    public struct Entry: Sendable, Hashable {
        /// When, in seconds from the start.
        public var at: Double
        /// The path of a WfFormat file, relative to the list's own.
        public var workflow: String

        /// The arrival of `workflow`.
        public init(at: Double, workflow: String) {
            self.at = at
            self.workflow = workflow
        }
    }

    /// The arrivals, in the order of the file.
    public var entries: [Entry]

    /// A list of `entries`.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// Reads a list as it stands in a file.
    ///
    /// - Throws: `InputError` that names the field: unknown, missing, of a wrong kind, or a moment before the start.
    public init(_ field: JSONField) throws {
        try field.refuseUnknown(["arrivals"])
        entries = try field["arrivals"].elements().map { element in
            try element.refuseUnknown(["at", "workflow"])
            let path = try element["workflow"].string()
            guard !path.isEmpty else { throw element["workflow"].failure("is empty") }
            return Entry(at: try element["at"].amount(), workflow: path)
        }
    }

    /// The stream of these arrivals in the order of their moments, those of one moment in the order of the file; each file is
    /// read once.
    ///
    /// Nothing is left to chance in a list: every branch is taken, and every loop runs once.
    ///
    /// - Parameter read: gives the workflow of a path in the file.
    /// - Throws: what `read` throws.
    public func arrivals(reading read: (_ path: String) throws -> Workflow) throws -> ArrivalStream {
        var known: [String: Workflow] = [:]
        let arrivals = try entries.enumerated().map { place, entry in
            let workflow = try known[entry.workflow] ?? read(entry.workflow).withoutChance
            known[entry.workflow] = workflow
            return WorkflowArrival(
                place: place, at: entry.at, application: entry.workflow, workflow: workflow, trueSeconds: nil,
                deadline: nil, isShared: true)
        }
        return ArrivalStream(arrivals.sorted { ($0.at, $0.place) < ($1.at, $1.place) })
    }
}

extension Workflow {
    /// Reads the WfFormat file at `path`, which is relative to the place of `file` unless it begins with a slash.
    public static func read(_ path: String, besides file: String) throws -> Workflow {
        let full = path.hasPrefix("/") ? path : parent(of: file) + "/" + path
        return try WfFormatDocument(contentsOf: full).workflow
    }
}

extension Workflow {
    /// The workflow with every branch taken and every loop run once.
    fileprivate var withoutChance: Workflow {
        var workflow = self
        for place in tasks.indices {
            workflow.update(place) {
                $0.wishes.branchProbability = nil
                $0.wishes.expectedIterations = nil
            }
        }
        return workflow
    }
}
