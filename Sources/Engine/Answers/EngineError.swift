import Files

/// Why an engine gave no answer, beside questions that are wrong in themselves (`InputError`).
public enum EngineError: Error, Equatable {
    /// No decision has this identifier.
    case unknownDecision(id: String)
    /// The registry has no model of this name.
    case unknownModel(CheckedName)
    /// The model has no such version.
    case unknownVersion(CheckedName, Int)
    /// A change of an alias was refused; says why.
    case refused(String)
    /// Too many searches wait already.
    case overloaded
    /// The journal could not be written, so that nothing was decided or learned.
    case notRecorded(String)
}
