import Decisions
import Layers
import Registry
import Workflows

/// What answers for one name of the registry at one moment: a version, or rules that stand alone.
protocol ServedVersion: Sendable {
    /// What the files of a version are read into.
    associatedtype Content: Sendable

    /// The version; nil where rules stand alone.
    var model: ModelReference? { get }
    /// Why there is no version.
    var reason: String? { get set }
    /// How the version has answered; nil where rules stand alone.
    var condition: ModelCondition? { get }
    /// Held by every question that is answered while the version serves: gone when the last one of them is.
    var service: EndNotice? { get set }
    /// Held as long as the version is in memory at all.
    var residence: EndNotice? { get set }

    /// Rules that have learned nothing yet.
    init(withoutModel reason: String)
    /// The version `model`, whose files are `version`.
    init(_ content: Content, model: ModelReference, of version: ModelVersion)

    /// Asks `content` the questions that the version was published with.
    /// - Throws: `InputError` where an answer is another than it was then; what `content` throws.
    static func test(_ content: Content, against golden: WeightArchive) throws

    /// Learns from those of `executions` that can be learned from; how many those are.
    @discardableResult
    mutating func observe(_ executions: some Sequence<TaskExecution>) -> Int

    /// Keeps none of the answers that were given so far, as it serves no longer.
    mutating func forgetAnswers()

    /// Answers each question of `golden` by itself.
    /// - Throws: `InputError` where an answer is no forecast; what the version throws.
    func warmUp(_ golden: WeightArchive) throws
}

extension ServedVersion {
    mutating func forgetAnswers() {}

    /// Why no version answers; nil where one does.
    var whyNoVersion: String? { model == nil ? reason : nil }

    /// The version and how it has answered; nil where rules stand alone.
    var answering: (model: ModelReference, condition: ModelCondition)? {
        if let model, let condition { (model, condition) } else { nil }
    }
}
