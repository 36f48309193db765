import Files

extension VersionName {
    /// The version that a policy names by a kind of model: `KIND`, `KIND@NAME` or `KIND@NAME@VERSION`; nil where the policy
    /// is of no such kind.
    ///
    /// - Parameter name: the model that is meant where none is named.
    /// - Throws: `InputError` about `field` where what follows the kind names no version.
    init?(policy: String, of kind: String, name: String, field: String = "--policy") throws {
        guard policy == kind || policy.hasPrefix(kind + "@") else { return nil }
        do {
            try self.init(policy == kind ? name : String(policy.dropFirst(kind.count + 1)))
        } catch var error as InputError {
            error.field = field
            throw error
        }
    }
}
