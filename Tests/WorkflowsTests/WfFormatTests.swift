import Files
import Foundation
import Kernels
import TestSupport
import Testing
import Workflows

private let document = """
    {"name": "n", "schemaVersion": "1.5", "own": {"kept": true}, "workflow": {
      "specification": {
        "tasks": [{"id": "a", "name": "a", "children": ["b"], "outputFiles": ["f", "g"]},
                  {"id": "b", "name": "b", "inputFiles": ["f"]}],
        "files": [{"id": "f", "sizeInBytes": 10}, {"id": "g", "sizeInBytes": 5}]},
      "execution": {"tasks": [{"id": "a", "runtimeInSeconds": 2, "command": {"program": "p", "arguments": ["x"]}},
                              {"id": "b", "runtimeInSeconds": 3, "avgCPU": 50, "memoryInBytes": 7}]}}}
    """

@Test func readsADocumentAndKeepsWhatItDoesNotKnow() throws {
    let read = try WfFormatDocument(parsing: Array(document.utf8))
    #expect(read.json["own"]?["kept"]?.bool == true)
    #expect(read.workflow.tasks.map(\.runtimeSeconds) == [2, 3])
    #expect(read.workflow.tasks[1].cpu == 0.5)
    #expect(Array(read.workflow.graph.parents(of: 1)) == [0])
    let edges = read.workflow.edges()
    #expect(edges.count == 1 && edges[0].bytes == 10)
}

@Test(
    arguments: [
        ("rna-seq-1", "a/chip-2.json", "rna"), ("rna", nil, "rna"), ("-1", "a/chip-2.json", "chip"),
        ("", "b.json", "b"),
        ("", "-", "workflow"), ("", nil, "workflow"), ("-", "a/-.json", "workflow"),
    ] as [(String, String?, String)])
func theKindGoesByTheDocumentThenTheFile(name: String, file: String?, kind: String) throws {
    let read = try WfFormatDocument(
        parsing: Array(document.replacing("\"name\": \"n\"", with: "\"name\": \"\(name)\"").utf8))
    #expect(read.kind(file: file) == kind)
}

@Test(arguments: [
    ("\"1.5\"", "\"1.4\"", "schemaVersion"),
    ("\"children\": [\"b\"]", "\"children\": [\"z\"]", "workflow.specification.children"),
    ("\"runtimeInSeconds\": 2", "\"runtimeInSeconds\": \"2\"", "workflow.execution.tasks[0].runtimeInSeconds"),
    ("\"runtimeInSeconds\": 2", "\"runtimeInSeconds\": -2", "workflow.execution.tasks[0].runtimeInSeconds"),
    ("\"inputFiles\": [\"f\"]", "\"children\": [\"a\"]", "workflow.specification.tasks"),
])
func wrongDocumentsNameTheField(old: String, new: String, field: String) {
    let text = document.replacing(old, with: new)
    #expect(text != document)
    let error = #expect(throws: InputError.self) { try WfFormatDocument(parsing: Array(text.utf8), file: "w.json") }
    #expect(error?.field == field)
    #expect(error?.file == "w.json")
}

@Test(.enabled(if: traces != nil)) func readsRealWorkflows() throws {
    let folder = try #require(traces) + "/wfinstances/pegasus/srasearch"
    for path in try files(inFolder: folder) {
        let read = try WfFormatDocument(contentsOf: path)
        #expect(read.records.count == read.workflow.tasks.count)
        #expect(try JSONValue(parsing: Array(read.json.text().utf8)) == read.json)
    }
}

@Test(arguments: 1...10 as ClosedRange<UInt64>)
func aWorkflowComesBackFromTheDocumentThatDescribesIt(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var tasks = try randomDocument(20, using: &generator).workflow.tasks
    for place in tasks.indices {
        tasks[place].memoryBytes = seed.isMultiple(of: 2) ? Double(place) * 1e6 : nil
        tasks[place].node = place.isMultiple(of: 3) ? "n\(place)" : nil
    }
    let edges = (1..<tasks.count).map { (tasks[$0 / 2].id, tasks[$0].id) }
    let workflow = try Workflow(name: "made", tasks: tasks, edges: edges, fileBytes: ["f1": 10, "f2": 0])
    let document = try WfFormatDocument(describing: workflow)
    let found = try WfFormatDocument(parsing: Array(document.json.text().utf8)).workflow
    #expect(found.name == "made" && found.tasks == tasks && found.fileBytes == workflow.fileBytes)
    for task in tasks.indices { #expect(found.graph.parents(of: task) == workflow.graph.parents(of: task)) }
}
