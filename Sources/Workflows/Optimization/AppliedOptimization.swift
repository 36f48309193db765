/// A workflow after a change.
public struct AppliedOptimization: Sendable {
    /// The changed document; what it says beside the changes is as it was.
    public var document: WfFormatDocument
    /// What was changed.
    public var changes: [WorkflowEdit]
    /// What differs in the document; reversed, it leads back.
    public var difference: DocumentDifference
    /// What its run used.
    public var before: ResourceUse
    /// What its run uses now.
    public var after: ResourceUse
    /// How good the result is beside that of the workflow as it was.
    public var quality: Double

    /// A changed workflow.
    public init(
        document: WfFormatDocument, changes: [WorkflowEdit], difference: DocumentDifference, before: ResourceUse,
        after: ResourceUse, quality: Double = 1
    ) {
        self.document = document
        self.changes = changes
        self.difference = difference
        self.before = before
        self.after = after
        self.quality = quality
    }
}
