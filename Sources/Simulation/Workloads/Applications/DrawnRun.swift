import Files
import Kernels
import Workflows

/// A workflow that was drawn, how long its tasks take when some of them straggle, and how often attempts at them fail.
public struct DrawnRun: Sendable {
    /// The workflow, with the durations that a task has that does not straggle.
    public var workflow: Workflow
    /// Seconds of each task with what stragglers take longer; nil where none does.
    public var trueSeconds: [Double]?
    /// How often attempts at each task fail; nil where none does.
    public var failures: [FailureShares]?

    /// Puts a run together, task by task, each behind its parents.
    struct Builder {
        private var tasks: [Workflow.Task] = []
        private var edges: [(parent: String, child: String)] = []
        private var fileBytes: [String: Double] = [:]
        private var slowed: [(task: Int, seconds: Double)] = []
        private var failing: [(task: Int, shares: FailureShares)] = []

        /// Adds a task like `model`; each of its parents brings a share of its input.
        ///
        /// Size of input first, then what depends on it: duration, memory and use of the processor.
        mutating func add(
            _ model: TaskModel, parents: [(task: Int, share: Double)], using generator: inout SeededGenerator
        ) {
            let place = tasks.count
            var task = Workflow.Task(id: "t\(place)", name: model.process)
            task.program = model.process
            var input: Double?
            if let drawn = model.input {
                let bytes = drawn.bytes.draw(using: &generator)
                input = bytes * (drawn.isForEachParent ? Double(max(parents.count, 1)) : 1)
            }
            let seconds = model.duration.draw(inputBytes: input, using: &generator)
            task.runtimeSeconds = seconds
            task.memoryBytes = model.memory?.draw(inputBytes: input, using: &generator)
            task.cpu = model.cpu?.draw(inputBytes: input, using: &generator)
            task.cores = model.cores?.draw(using: &generator)
            if model.branchProbability < 1 { task.wishes.branchProbability = model.branchProbability }
            if model.expectedIterations > 1 { task.wishes.expectedIterations = model.expectedIterations }
            if let stragglers = model.stragglers, generator.uniformDouble() < stragglers.share {
                slowed.append((place, seconds * stragglers.factor))
            }
            if model.failures.total > 0 { failing.append((place, model.failures)) }
            tasks.append(task)
            connect(place, parents: parents, input: input ?? 0)
        }

        /// Dependencies of the last task, and the files that it reads: one from each parent, the rest from outside.
        private mutating func connect(_ place: Int, parents: [(task: Int, share: Double)], input: Double) {
            var outside = input
            for parent in parents {
                edges.append((tasks[parent.task].id, tasks[place].id))
                let bytes = input * parent.share
                guard bytes > 0 else { continue }
                let file = "f\(fileBytes.count)"
                fileBytes[file] = bytes
                tasks[parent.task].outputFiles.append(file)
                tasks[place].inputFiles.append(file)
                outside -= bytes
            }
            // What is left of rounding is no file.
            guard outside > 1e-9 * input else { return }
            let file = "f\(fileBytes.count)"
            fileBytes[file] = outside
            tasks[place].inputFiles.append(file)
        }

        /// Adds a task with given duration and the bytes that come from its parents.
        mutating func add(process: String, seconds: Double, parents: [(task: Int, bytes: Double)]) {
            let place = tasks.count
            var task = Workflow.Task(id: "t\(place)", name: process, runtimeSeconds: seconds)
            task.program = process
            tasks.append(task)
            let input = parents.reduce(0) { $0 + $1.bytes }
            connect(place, parents: parents.map { ($0.task, input > 0 ? $0.bytes / input : 0) }, input: input)
        }

        /// The run.
        func finish(name: String) -> DrawnRun {
            var trueSeconds: [Double]?
            if !slowed.isEmpty {
                var seconds = tasks.map { $0.runtimeSeconds ?? 0 }
                for slow in slowed { seconds[slow.task] = slow.seconds }
                trueSeconds = seconds
            }
            var failures: [FailureShares]?
            if !failing.isEmpty {
                var shares = [FailureShares](repeating: FailureShares(), count: tasks.count)
                for entry in failing { shares[entry.task] = entry.shares }
                failures = shares
            }
            do {
                let workflow = try Workflow(name: name, tasks: tasks, edges: edges, fileBytes: fileBytes)
                return DrawnRun(workflow: workflow, trueSeconds: trueSeconds, failures: failures)
            } catch {
                preconditionFailure("tasks behind their parents are no workflow: \(error)")
            }
        }
    }
}
