import NIOConcurrencyHelpers
import Scheduling
import Simulation
import WorkflowOptimization
import Workflows

/// What a version's networks made of workflows that were asked about lately, so that one that runs, and is asked about again
/// under other limits, is not ranked, encoded and passed through them again.
///
/// An answer holds for all that it was made from, value by value: the workflow on its cluster with the seconds that its tasks
/// are expected to take, and what else the network read. An outcome that changes a forecast makes that another workflow.
final class EncodingCache: Sendable {
    /// What a network is asked of a workflow.
    enum Question: Sendable, Hashable {
        /// A plan.
        case plan
        /// What will hold it back.
        case bottlenecks(after: Timetable, spreads: [Double], SchedulingPolicy)
        /// What changes of it will gain.
        case gains(of: [ProposedChange], after: Timetable, SchedulingPolicy)

        /// Bytes that it and its answer take of a workflow of so many tasks, about.
        fileprivate func bytes(tasks: Int) -> Int {
            let ofTimetable = 8 * MemoryLayout<Double>.stride * tasks
            return switch self {
            case .plan: ofTimetable
            case .bottlenecks: 2 * ofTimetable
            case .gains(let changes, _, _):
                ofTimetable + changes.reduce(0) { $0 + 64 + $1.edits.count * MemoryLayout<WorkflowEdit>.stride }
            }
        }
    }

    /// A question about a workflow.
    struct Key: Sendable, Hashable {
        var instance: SchedulingInstance
        var question: Question

        /// Bytes that it takes, about.
        fileprivate var size: Int {
            let (tasks, edges) = (instance.taskCount, instance.graph.edgeCount)
            return tasks * Self.taskBytes + edges * Self.edgeBytes
                + instance.workflow.fileBytes.count * Self.fileBytes + question.bytes(tasks: tasks)
        }

        /// What a task, a step from one to another and a file take, with their places in all arrays.
        private static let taskBytes = MemoryLayout<Workflow.Task>.stride + 24 * MemoryLayout<Double>.stride
        private static let (edgeBytes, fileBytes) = (6 * MemoryLayout<Double>.stride, 12 * MemoryLayout<Double>.stride)
    }

    private let answers: NIOLockedValueBox<HalvedCache<Key, OptimizerWatch.Answer>>

    /// - Parameter bytes: of the workflows of which answers are kept, at the most; half of it for a single one.
    init(bytes: Int = 8 << 20) { answers = NIOLockedValueBox(HalvedCache(size: bytes)) }

    /// Questions that were answered from it, and those that were not.
    var counts: (hits: Int, misses: Int) { answers.withLockedValue { ($0.hits, $0.misses) } }

    /// What was said of `key`.
    func answer(to key: Key) -> OptimizerWatch.Answer? { answers.withLockedValue { $0.value(for: key) } }

    /// Keeps `answer` to `key`.
    func insert(_ answer: OptimizerWatch.Answer, to key: Key) {
        answers.withLockedValue { $0.insert(answer, for: key, size: key.size) }
    }
}
