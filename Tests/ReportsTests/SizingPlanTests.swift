import Evaluation
import Files
import Foundation
import Kernels
import Prediction
import Reports
import TestSupport
import Testing
import Workflows

/// Names that a quoting mistake would show with.
private let names = [
    "align", "xay+z", "it's", "a|b", "x.y+z", "!not", "back\\slash", "new\nline", "größe", "$HOME", "say \"hi\"", "yes",
    "a: b #c",
]

private func plan(of names: [String], memory: Double? = 1.5e9, limits: SizingLimits = SizingLimits()) throws
    -> SizingPlan
{
    let rows = names.flatMap { name in
        (0..<10).map { place in
            TaskExecution(
                task: TaskSpec(workflow: "w", process: name, cores: 4, submittedAt: Double(place) * 100),
                taskID: "\(place)", startedAt: Double(place) * 100, completedAt: Double(place) * 100 + 90, cpu: 1.5,
                memory: memory, duration: 90)
        }
    }
    return try SizingPlan(rows, limits: limits, seed: 1)
}

/// The text of a Groovy string in single quotes.
private func groovy(_ literal: Substring) -> String {
    var text = ""
    var isEscaped = false
    for character in literal.dropFirst().dropLast() {
        if !isEscaped, character == "\\" {
            isEscaped = true
            continue
        }
        text.append(character)
        isEscaped = false
    }
    return text
}

@Test func nextflowSelectorsMatchTheirProcessAlone() throws {
    let lines = try plan(of: names).nextflow(heading: ["first\nsecond"]).split(separator: "\n")
    #expect(lines[0] == "// first second")
    let selectors = try lines.filter { $0.contains("withName: ") }.map { line in
        let literal = try #require(line.firstMatch(of: /withName: ('(?:[^'\\\n]|\\.)*') \{$/)).1
        return try NSRegularExpression(pattern: groovy(literal))
    }
    #expect(selectors.count == names.count)
    for selector in selectors {
        let matched = names.filter { name in
            // As Java's matches(): the whole name.
            let range = NSRange(name.startIndex..., in: name)
            return selector.firstMatch(in: name, options: .anchored, range: range)?.range == range
        }
        #expect(matched.count == 1, "\(selector.pattern) matches \(matched)")
        #expect(!selector.pattern.hasPrefix("!"))
    }
}

/// Every line is one that Nextflow's configuration knows, and braces are in balance.
@Test func nextflowConfigurationHasItsSyntax() throws {
    let limits = SizingLimits(memoryBytes: 4 * 1_048_576 * 1024)
    let text = try plan(of: ["align", "sort"], limits: limits).nextflow(heading: ["made by a test"])
    let growing =
        #"\{ task\.attempt == 1 \? UNIT : task\.previousTrace\.NAME \* \(task\.exitStatus in \[[0-9, ]+\] \? 2 : 1\) \}"#
    func grows(_ unit: String, _ name: String) -> String {
        growing.replacing("UNIT", with: unit).replacing("NAME", with: name)
    }
    let allowed = [
        #"//.*"#, #"process \{"#, #" {4,8}\}"#, #"\}"#, #" {4}withName: '(?:[^'\\]|\\.)*' \{"#,
        #" {8}cpus = [1-9][0-9]*"#,
        #" {8}memory = "# + grows(#"[1-9][0-9]*\.MB"#, "memory"), #" {8}time = "# + grows(#"[1-9][0-9]*\.min"#, "time"),
        #" {4}errorStrategy = \{ task\.exitStatus in \[[0-9, ]+\] \+ \[[0-9, ]+\] \? 'retry' : 'finish' \}"#,
        #" {4}maxRetries = [1-9]"#, #" {4}resourceLimits = \[ memory: [1-9][0-9]*\.MB \]"#, #" {4}//.*"#,
    ].map { try? NSRegularExpression(pattern: "^(?:\($0))$") }
    var depth = 0
    for line in text.split(separator: "\n").map(String.init) {
        let range = NSRange(line.startIndex..., in: line)
        #expect(allowed.contains { $0?.firstMatch(in: line, range: range) != nil }, "not known: \(line)")
        guard !line.contains("//") else { continue }
        depth += line.count { $0 == "{" } - line.count { $0 == "}" }
        #expect(depth >= 0)
    }
    #expect(depth == 0)
    #expect(text.contains("resourceLimits = [ memory: 4096.MB ]") && text.contains("cpus = 2"))
    // 1.5e9 bytes with a tenth and more, in whole mebibytes; the largest of ten and ample, as little is wasted.
    let megabytes = try #require(text.firstMatch(of: /1 \? ([0-9]+)\.MB/)?.1)
    #expect((1574...2862).contains(Int(megabytes) ?? 0))
    #expect(!text.contains("[134, 135, 137, 139] ? 2 : 1) }\n        time = { task.attempt == 1 ? 0"))
    let without = try plan(of: ["align"], memory: nil).nextflow(heading: [])
    #expect(!without.contains("memory =") && without.contains("memory was not measured"))
}

@Test func aProcessOfTwoWorkflowsGetsTheLargerSize() throws {
    let rows = [("v", 1e9, 600.0), ("w", 4e9, 60)].flatMap { (workflow, memory, seconds) -> [TaskExecution] in
        (0..<6).map { place in
            TaskExecution(
                task: TaskSpec(workflow: workflow, process: "p", submittedAt: Double(place) * 1000), taskID: "\(place)",
                startedAt: 0, completedAt: Double(place) * 1000 + seconds, cpu: 1, memory: memory, duration: seconds)
        }
    }
    let text = try SizingPlan(rows, limits: SizingLimits(), seed: 1).snakemake(heading: [])
    let megabytes = try #require(text.firstMatch(of: #/mem_mb: "([0-9]+) \*/#)?.1)
    let minutes = try #require(text.firstMatch(of: #/runtime: "([0-9]+) \*/#)?.1)
    #expect(Int(megabytes) ?? 0 >= 4400 && Int(minutes) ?? 0 >= 10)
    #expect(text.components(separatedBy: "mem_mb").count == 2)
}

private let hasSnakemake =
    python != nil && (try? runPython("import snakemake"))?.status == 0

/// Snakemake itself reads the profile and hands the sizes to its rules, more of them at each attempt.
@Test(.enabled(if: hasSnakemake, "snakemake of Tests/requirements.txt is not there")) func snakemakeTakesTheProfile()
    throws
{
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let plan = try plan(of: names, limits: SizingLimits(memoryBytes: 4e9))
        try folder.write(plan.snakemake(heading: ["made by\na test"]), to: "profile/config.yaml")
        try folder.write(
            """
            rule align:
                output: "done"
                shell: "echo {threads} {resources.mem_mb} {resources.runtime} >> log; test $(wc -l < log) -ge 3 && touch done"
            """, to: "Snakefile")
        let profile = plan.snakemake(heading: [])
        #expect(profile.contains("\"größe\":") && profile.contains("\"yes\":") && !profile.contains("\"it's\":"))
        #expect(profile.contains("# No rule can have these names: !not"))
        let result = try run(
            python ?? "", ["-m", "snakemake", "--profile", "profile", "--cores", "2"], in: folder.path,
            environment: ["HOME": folder.path])
        #expect(result.status == 0, "\(result.errors)")
        let lines = try String(contentsOfFile: folder("log"), encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: " ").compactMap { Int($0) }
        }
        let first = try #require(lines.first)
        #expect(first[0] == 2 && first[1] >= 1650 && first[2] >= 3)
        #expect(lines == (0..<3).map { [2, min(first[1] << $0, 4000), first[2] << $0] })
    }
}

/// Executions of one process that used `used` cores for a second each.
private func executions(using used: [Double]) -> [TaskExecution] {
    used.enumerated().map { place, cores in
        TaskExecution(
            task: TaskSpec(workflow: "w", process: "p", submittedAt: Double(place)), taskID: "\(place)",
            startedAt: Double(place), completedAt: Double(place) + 1, cpu: cores, memory: 1e9, duration: 1)
    }
}

private func sizedCores(used: [Double], limits: SizingLimits = SizingLimits()) throws -> Double {
    let size = try #require(try SizingPlan(executions(using: used), limits: limits, seed: 1).processes.first)
    return try #require(size.cores)
}

/// Counted up one by one, from the same definition.
private func countedCores(used: [Double], limit: Double?) throws -> Double {
    let forecast = StatisticsPredictor(rules: [.median], executions: executions(using: used))
        .predict([TaskSpec(workflow: "w", process: "p")])[0].cpu
    let most = min(
        max((min(forecast.allocation, limit ?? .infinity) - 0.1).rounded(.up), 1), max(limit ?? .infinity, 1))
    var cores = 1.0
    while cores < most {
        let longer = used.reduce(0) {
            $0 + CoreSizing.slowdown(used: max(0, $1 - 0.1), cores: cores, asked: most)
        }
        if longer <= Double(used.count) * (1 + CoreSizing.tolerance) { break }
        cores += 1
    }
    return min(cores, most)
}

@Test func theFewestCoresAreThoseThatCountingFinds() throws {
    var generator = SeededGenerator(seed: 4)
    var found: Set<Double> = []
    for draw in 0..<60 {
        let scale = [1.0, 4, 40, 200][draw % 4]
        let used = (0..<24).map { _ in scale * generator.uniformDouble() * generator.uniformDouble() }
        let limit = draw % 3 == 0 ? [1.5, 3, 20.5][draw / 3 % 3] : nil
        let cores = try sizedCores(used: used, limits: SizingLimits(cores: limit))
        #expect(try cores == countedCores(used: used, limit: limit), "\(used), \(limit ?? 0)")
        found.insert(cores)
    }
    #expect(found.count > 15 && found.contains(1) && found.contains(1.5))
}

/// As many cores as can be take no longer to size by than any other number.
@Test func anyNumberOfCoresIsSized() throws {
    let most = ResourceTarget.cpu.mostPossible
    // One that used them all makes all the others' cores the price of a tenth of its time.
    #expect(try sizedCores(used: [Double](repeating: 1.5, count: 20) + [most]) > 1e5)
    let all = try sizedCores(used: [Double](repeating: most, count: 20))
    #expect(all >= most / 1.2 && all <= most)
}

/// What cannot be, in a history of before or from elsewhere, is as if it had not been measured; the rest of its row counts.
@Test(arguments: [1e10, 1e18, 1e300]) func whatCannotBeIsNotSizedBy(value: Double) throws {
    let rows = executions(using: [Double](repeating: 1.5, count: 20))
    var spoiled = rows
    for (place, change) in [\TaskExecution.cpu, \.memory].enumerated() {
        spoiled[5 + place][keyPath: change] = place == 0 ? value : value * 1e8
    }
    var missing = spoiled
    (missing[5].cpu, missing[6].memory) = (nil, nil)
    let plan = try SizingPlan(spoiled, limits: SizingLimits(), seed: 1)
    #expect(try plan == SizingPlan(missing, limits: SizingLimits(), seed: 1))
    #expect(plan.processes[0].cores == 2 && plan.processes[0].samples == 20)
}
