import Files
import Kernels
import TestSupport
import Testing

@testable import Simulation

struct SparkDurationTests {
    private func jobs(_ durations: SparkDurations) -> SparkJobs {
        SparkJobs([SparkJob(name: "one", stages: [.init(tasks: 1, durations: durations)])])
    }

    private func drawn(_ jobs: SparkJobs, _ state: SparkDurations.State, held: Int) -> [Double: Int] {
        var generator = SeededGenerator(seed: 3)
        return (0..<4000).reduce(into: [:]) { counts, _ in
            counts[jobs.seconds(of: 0, state, held: held, bits: generator.next()), default: 0] += 1
        }
    }

    @Test func durationsAreDrawnByWhatAnExecutorDidBefore() throws {
        // Fresh ones are taken out of the first wave one for one: of two 7 s one is left.
        let durations = try #require(
            SparkDurations(fresh: [5: [7, 8]], first: [5: [7, 7, 8, 6]], rest: [5: [1, 2, 3, 4]]))
        let jobs = jobs(durations)
        #expect(durations.mean == 5.3)
        for (state, values) in [(.idle, [7, 8]), (.otherStage, [6, 7]), (.sameStage, [1, 2, 3, 4])]
            as [(SparkDurations.State, [Double])]
        {
            let counts = drawn(jobs, state, held: 3)
            #expect(Set(counts.keys) == Set(values), "\(state)")
            let (each, mean) = (4000 / values.count, values.reduce(0, +) / Double(values.count))
            #expect(counts.values.allSatisfy { abs($0 - each) < 200 }, "\(counts)")
            #expect(durations.mean(state, held: 3) == mean)
        }
    }

    @Test func whatWasNotMeasuredIsTakenFromElsewhere() throws {
        // At 10 the whole first wave is fresh: that of 5 counts; no rest: the first wave; at 20 nothing is fresh.
        let durations = try #require(
            SparkDurations(
                fresh: [5: [9], 10: [5, 6], 20: []], first: [5: [3, 9], 10: [5, 6], 20: [4]],
                rest: [5: [], 10: [2], 20: []]))
        let jobs = jobs(durations)
        func only(_ state: SparkDurations.State, _ held: Int) -> Set<Double> {
            Set(drawn(jobs, state, held: held).keys)
        }
        #expect(only(.idle, 10) == [5, 6] && only(.otherStage, 10) == [3] && only(.sameStage, 10) == [2])
        #expect(only(.sameStage, 5) == [3] && only(.idle, 1) == [9])
        // Where nothing is fresh an executor warms up; the levels above 20 are that one.
        #expect(only(.idle, 20) == [5] && only(.otherStage, 20) == [4] && only(.idle, 100) == [5])
        #expect(only(.sameStage, 4000) == [4])
        #expect(SparkDurations(fresh: [:], first: [:], rest: [:]) == nil)
        #expect(SparkDurations(fresh: [:], first: [5: []], rest: [5: [1]]) == nil)
    }

    @Test func betweenTwoLevelsBothAreDrawn() throws {
        let mean = 0.4 * 20 + 0.6 * 40.0
        let lists = Dictionary(uniqueKeysWithValues: SparkDurations.levels.map { ($0, [Double($0)]) })
        let durations = try #require(SparkDurations(fresh: lists, first: lists, rest: lists))
        let jobs = jobs(durations)
        for level in SparkDurations.levels { #expect(drawn(jobs, .sameStage, held: level) == [Double(level): 4000]) }
        // Of 28 executors between 20 and 40 the left one has 8 / 20.
        let counts = drawn(jobs, .sameStage, held: 28)
        let left = counts[20] ?? 0
        #expect(Set(counts.keys) == [20, 40] && abs(left - 1600) < 150)
        #expect(abs(durations.mean(.sameStage, held: 28) - mean) < 1e-9)
        #expect(abs(jobs.growth(of: 0, at: 28) - logarithm(mean / 5)) < 1e-9)
    }

    @Test func streamsAreDrawnByTheirSeed() {
        let jobs = SparkSketch.drawnJobs(5, seed: 1)
        let stream = SparkStream(of: jobs, count: 2000, meanGap: 25, seed: 4)
        #expect(stream.arrivals == SparkStream(of: jobs, count: 2000, meanGap: 25, seed: 4).arrivals)
        #expect(stream.arrivals != SparkStream(of: jobs, count: 2000, meanGap: 25, seed: 5).arrivals)
        let last = stream.arrivals[1999].at
        #expect(stream.arrivals[0].at == 0 && abs(last / 1999 - 25) < 2)
        for job in 0..<5 { #expect(abs(stream.arrivals.count { $0.job == job } - 400) < 80) }
        #expect(Set(stream.arrivals.map(\.seed)).count == 2000)
    }

    @Test(arguments: [
        (#"{"jobs":[{"query":1,"edges":[],"stages":[]}]}"#, "stages"),
        (
            #"{"jobs":[{"query":1,"edges":[[0,0]],"stages":[{"tasks":1,"freshMs":{},"firstWaveMs":{"5":[1]},"restMs":{}}]}]}"#,
            "edges"
        ),
        (
            #"{"jobs":[{"query":1,"edges":[],"stages":[{"tasks":0,"freshMs":{},"firstWaveMs":{"5":[1]},"restMs":{}}]}]}"#,
            "tasks"
        ),
        (
            #"{"jobs":[{"query":1,"edges":[],"stages":[{"tasks":1,"freshMs":{},"firstWaveMs":{"x":[1]},"restMs":{}}]}]}"#,
            "firstWaveMs"
        ),
        (
            #"{"jobs":[{"query":1,"edges":[],"stages":[{"tasks":1,"freshMs":{},"firstWaveMs":{"5":[-1]},"restMs":{}}]}]}"#,
            "firstWaveMs"
        ),
        (
            #"{"jobs":[{"query":1,"edges":[],"stages":[{"tasks":1,"freshMs":{},"firstWaveMs":{},"restMs":{}}]}]}"#,
            "stages"
        ),
        (
            #"{"jobs":[{"query":1,"edges":[],"stages":[{"tasks":1,"freshMs":{},"firstWaveMs":{"5":[1e308]},"restMs":{}}]}]}"#,
            "firstWaveMs"
        ),
        (#"{"no":1}"#, "jobs"), (#"{"jobs":[]}"#, "jobs"),
    ])
    func filesThatAreWrongAreNamed(text: String, field: String) throws {
        try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
            try folder.write(text, to: "2g.json")
            let error = #expect(throws: InputError.self) { try SparkJob.measured(in: folder.path) }
            #expect(
                error?.field?.contains(field) == true && error?.file?.hasSuffix("2g.json") == true, "\(error as Any)")
        }
    }
}
