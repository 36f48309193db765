import Files
import Testing
import Workflows

private func wishes(_ text: String) throws -> Workflow.Wishes {
    try Workflow.Wishes(JSONField(JSONValue(parsing: Array(text.utf8)), file: "w.json"))
}

private let all = """
    {"deadline":60.0,"priority":2.0,"request":{"cores":2.0,"memoryBytes":8.0},
     "divisible":{"minimumChunks":2,"maximumChunks":9},
     "alternatives":[{"name":"a","runtimeInSeconds":3.0,"coreCount":1.0,"memoryInBytes":4.0,"quality":0.5}],
     "branch":{"probability":0.25},"loop":{"expectedIterations":2.5},"pool":"p","together":["x"],"unchanged":true}
    """

@Test func readsAllThatTheContractNames() throws {
    let read = try wishes(all)
    #expect(read.deadline == 60 && read.priority == 2 && read.cores == 2 && read.memoryBytes == 8)
    #expect(read.divisible == 2...9 && read.pool == "p" && read.together == ["x"] && read.isUnchanged)
    #expect(read.branchProbability == 0.25 && read.expectedIterations == 2.5)
    #expect(
        read.alternatives == [
            Workflow.Alternative(name: "a", runtimeSeconds: 3, cores: 1, memoryBytes: 4, quality: 0.5)
        ])
    #expect(try JSONValue.object(read.json) == JSONValue(parsing: Array(all.utf8)))
    #expect(try wishes("{}") == Workflow.Wishes() && Workflow.Wishes().json.members.isEmpty)
    #expect(try wishes(#"{"branch":{"probability":1},"own":1}"#).branchProbability == 1)
}

@Test(arguments: [
    (#"{"branch":{"probability":1.01}}"#, "branch.probability"),
    (#"{"branch":{"probability":-0.1}}"#, "branch.probability"),
    (#"{"branch":{}}"#, "branch.probability"), (#"{"branch":0.5}"#, "branch.probability"),
    (#"{"loop":{"expectedIterations":0.9}}"#, "loop.expectedIterations"), (#"{"loop":{}}"#, "loop.expectedIterations"),
    (#"{"divisible":{"minimumChunks":3,"maximumChunks":2}}"#, "divisible.maximumChunks"),
    (#"{"divisible":{"minimumChunks":0,"maximumChunks":2}}"#, "divisible.minimumChunks"),
    (#"{"divisible":{}}"#, "divisible.maximumChunks"), (#"{"unchanged":1}"#, "unchanged"),
    (#"{"alternatives":[{"name":"a"}]}"#, "alternatives[0].runtimeInSeconds"),
    (#"{"alternatives":[{"name":"a","runtimeInSeconds":1,"quality":2}]}"#, "alternatives[0].quality"),
])
func wrongWishesNameTheField(text: String, field: String) {
    let error = #expect(throws: InputError.self) { try wishes(text) }
    #expect(error?.field == field && error?.file == "w.json")
}

@Test func aChangeKeepsWhatIsUnknown() throws {
    let document = try WfFormatDocument(
        parsing: Array(
            #"""
            {"schemaVersion":"1.5","workflow":{"specification":{"tasks":[
              {"id":"a","own":1,"tactus":{"branch":{"probability":0.5,"why":"x"},"mine":[2],"request":{"gpus":1}}}]}}}
            """#.utf8))
    let changed = try document.applying([.change(TaskChange(task: "a", cores: 3))])
    let own = changed.json["workflow"]?["specification"]?["tasks"]?.array?.first?["tactus"]
    #expect(own?["branch"]?["why"]?.string == "x" && own?["mine"] == .array([.integer(2)]))
    #expect(own?["request"]?["gpus"]?.int == 1 && own?["request"]?["cores"]?.double == 3)
    #expect(changed.workflow.tasks[0].wishes.branchProbability == 0.5)
}
