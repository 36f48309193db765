import Files
import TestSupport
import Testing
import Workflows

private func cluster(_ text: String) throws -> Cluster {
    try Cluster(JSONField(JSONValue(parsing: Array(text.utf8)), file: "c.json"))
}

@Test func onlyNameAndCoresMustBeThere() throws {
    let read = try cluster(
        #"{"nodes":[{"name":"a","cores":1.5},{"name":"b","cores":2,"speed":0.5,"pool":"p","memoryBytes":8}]}"#)
    #expect(read.nodes[0] == Cluster.Node(name: "a", cores: 1.5))
    #expect(read.nodes[1] == Cluster.Node(name: "b", cores: 2, memoryBytes: 8, speed: 0.5, pool: "p"))
    #expect(read.bandwidthBytesPerSecond == nil)
}

@Test(arguments: [
    (#"{"nodes":[]}"#, "nodes"), (#"{}"#, "nodes"), (#"{"nodes":[{"cores":1}]}"#, "nodes[0].name"),
    (#"{"nodes":[{"name":"a","cores":0}]}"#, "nodes[0].cores"),
    (#"{"nodes":[{"name":"a","cores":-1}]}"#, "nodes[0].cores"),
    (#"{"nodes":[{"name":"a","cores":1},{"name":"a","cores":1}]}"#, "nodes[1].name"),
    (#"{"nodes":[{"name":"a","cores":1,"core":2}]}"#, "nodes[0].core"),
    (#"{"nodes":[{"name":"a","cores":1}],"bandwidth":2}"#, "bandwidth"),
    (#"{"nodes":[{"name":"a","cores":1,"speed":"x"}]}"#, "nodes[0].speed"),
])
func wrongClustersNameTheField(text: String, field: String) {
    let error = #expect(throws: InputError.self) { try cluster(text) }
    #expect(error?.field == field && error?.file == "c.json")
}

@Test(.enabled(if: traces != nil)) func readsThePeersClusters() throws {
    let folder = try #require(traces) + "/../peers/clusters"
    guard kind(of: folder) == .folder else { return }
    let paths = try files(inFolder: folder).filter { $0.hasSuffix(".json") }
    #expect(!paths.isEmpty)
    for path in paths {
        let read = try Cluster(JSONField(JSONValue(parsing: readBytes(of: path)), file: path))
        #expect(!read.nodes.isEmpty)
    }
}

@Test func theMakespanIsTheLastEnd() {
    let schedule = Schedule(tasks: [
        .init(id: "a", node: "n", start: 0, end: 5), .init(id: "b", node: "n", start: 1, end: 3),
    ])
    #expect(schedule.makespan == 5 && Schedule(tasks: []).makespan == 0)
}

@Test func theLargestMemoryIsThatOfTheNodesThatATaskFitsOn() {
    let cluster = Cluster(nodes: [
        Cluster.Node(name: "a", cores: 2, memoryBytes: 8e9, pool: "small"),
        Cluster.Node(name: "b", cores: 8, memoryBytes: 4e9, pool: "large"), Cluster.Node(name: "c", cores: 1),
    ])
    #expect(cluster.largestMemory() == .infinity && cluster.largestMemory(cores: 1) == .infinity)
    #expect(cluster.largestMemory(cores: 1.5) == 8e9 && cluster.largestMemory(cores: 3) == 4e9)
    #expect(cluster.largestMemory(pool: "small") == 8e9 && cluster.largestMemory(cores: 3, pool: "small") == 0)
    #expect(cluster.largestMemory(cores: 9) == 0 && cluster.largestMemory(pool: "other") == 0)
}
