import Files
import Testing
import Workflows

private func state(_ text: String) throws -> ClusterState {
    try ClusterState(JSONField(JSONValue(parsing: Array(text.utf8)), file: "s.json"))
}

@Test func runningTasksMaySayWhatTheyHold() throws {
    let read = try state(
        """
        {"now":5,"nodes":[{"name":"a","cores":4,"freeCores":1,"running":[
          {"id":"x","endsAt":9,"workflow":"w","cores":2.5,"memoryBytes":8},{"id":"y"}]}]}
        """)
    #expect(
        read.nodes[0].running == [
            .init(id: "x", endsAt: 9, workflow: "w", cores: 2.5, memoryBytes: 8), .init(id: "y", endsAt: nil),
        ])
    let again = try ClusterState(JSONField(read.json, file: "s.json"))
    #expect(again == read)
}

@Test(arguments: [
    (#"{"id":"x","cores":0}"#, "cores"), (#"{"id":"x","memoryBytes":-1}"#, "memoryBytes"),
    (#"{"id":"x","workflow":3}"#, "workflow"), (#"{"id":"x","core":1}"#, "core"), ("{}", "id"),
])
func wrongRunningTasksNameTheField(text: String, field: String) {
    let error = #expect(throws: InputError.self) {
        try state(#"{"nodes":[{"name":"a","cores":4,"running":[\#(text)]}]}"#)
    }
    #expect(error?.field == "nodes[0].running[0].\(field)")
}
