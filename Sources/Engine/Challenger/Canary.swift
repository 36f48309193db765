import Workflows

/// Which runs a canary answers for.
enum Canary {
    /// Whether the canary answers for the run of `tasks`: always the same for one run, and for `share` of all runs. Tasks
    /// without a run, and those of several, are the champion's.
    static func takes(_ tasks: [TaskSpec], share: Double) -> Bool {
        guard let run = tasks.first?.run, tasks.allSatisfy({ $0.run == run }) else { return false }
        return takes(run, share: share)
    }

    /// The same for the run of `workflow`: its name, which is all that tells it from others. One without a name is the
    /// champion's.
    static func takes(_ workflow: Workflow, share: Double) -> Bool {
        !workflow.name.isEmpty && takes(workflow.name, share: share)
    }

    private static func takes(_ run: String, share: Double) -> Bool { share > 0 && place(of: run) < share }

    /// The place of a run in [0, 1): FNV-1a over its bytes (Fowler, Noll and Vo), mixed by the finaliser of SplitMix64
    /// (Steele, Lea and Flood, 2014), since similar names differ in few of its bits.
    static func place(of run: String) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in run.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return Double((hash ^ hash >> 31) >> 11) * 0x1p-53
    }
}
