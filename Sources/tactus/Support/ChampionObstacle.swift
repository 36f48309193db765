/// Why a new version could not be compared with the champion of the time.
struct ChampionObstacle {
    /// The champion.
    var version: Int
    /// Why, as a part of a sentence.
    var cause: String

    /// The same as a sentence.
    var note: String { "It was not compared with the champion, version \(version): \(cause)." }

    /// What helps where nothing is new to the champion.
    static let remedy = "newer ones, or another folder of models (--models), would let it be compared"
}
