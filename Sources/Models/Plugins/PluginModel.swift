/// A model that a library has loaded, for as long as somebody asks it.
@safe final class PluginModel: Sendable {
    /// What it is of.
    let library: PluginLibrary
    /// Never changed, and read by the library alone, which may be called from several threads at once with the same model.
    nonisolated(unsafe) private let model: UnsafeMutableRawPointer?

    /// Loads `weights`.
    init(_ library: PluginLibrary, weights: [UInt8], manifest: [UInt8]) throws {
        self.library = library
        unsafe model = try library.load(weights, manifest: manifest)
    }

    deinit { unsafe library.release(model) }

    /// What it says to a `question` about `count` tasks.
    func predict(_ question: [UInt8], count: Int) throws -> [UInt8] {
        // The last that is read of this object is the pointer: without this the model might be let go of during the call.
        try withExtendedLifetime(self) { try unsafe library.predict(model, question, count: count) }
    }
}
