import Files
import Workflows

/// The workflows of WfInstances by rule: of each application, the smallest, the middle and the largest by tasks of those
/// that are not above a limit. Some applications are set apart for choosing parameters.
struct Workload {
    /// Applications that parameters were chosen on; the others are reported.
    static let setApart = ["blast", "epigenomics", "chipseq", "fetchngs", "viralrecon"]

    struct Entry {
        let name: String
        let application: String
        let workflow: Workflow
    }

    let entries: [Entry]

    /// - Parameter isSetApart: whether to take the applications that are set apart instead of the others.
    init(traces: String, mostTasks: Int, isSetApart: Bool) throws {
        var applications: [String: [Entry]] = [:]
        for path in try files(inFolder: traces + "/wfinstances") where path.hasSuffix(".json") {
            let file = String(path.split(separator: "/").last ?? "")
            let application = String(file.split(separator: "-").first ?? "")
            guard application != "helloworld", setApart(application) == isSetApart else { continue }
            let workflow = try WfFormatDocument(contentsOf: path).workflow
            guard workflow.tasks.count <= mostTasks else { continue }
            let name = String(file.dropLast(".json".count))
            applications[application, default: []].append(
                Entry(name: name, application: application, workflow: workflow))
        }
        func setApart(_ application: String) -> Bool { Self.setApart.contains(application) }
        entries = applications.sorted { $0.key < $1.key }.flatMap { _, all in
            let sorted = all.sorted { ($0.workflow.tasks.count, $0.name) < ($1.workflow.tasks.count, $1.name) }
            return [0, sorted.count / 2, sorted.count - 1].reduce(into: [Int]()) { places, place in
                if !places.contains(place) { places.append(place) }
            }.map { sorted[$0] }
        }
    }
}

/// The cluster of this name beside the peers.
func cluster(_ name: String, inFolder folder: String) throws -> Cluster {
    let file = "\(folder)/\(name).json"
    return try Cluster(JSONField(JSONValue(parsing: readBytes(of: file)), file: file))
}
