import Files
import Testing

@testable import Simulation

struct SchedulingRewardTests {
    @Test func aMixIsReadAsItIsWritten() throws {
        let mix = try SchedulingReward(parsing: "cost=0.2,completion=1,idle-cores=0", field: "--reward")
        #expect(mix == SchedulingReward(completion: 1, cost: 0.2) && mix.parts == [.completion, .cost])
        #expect(mix.description == "completion=1,cost=0.2" && mix.share(of: .cost) == 0.2 / 1.2)
        let all = "completion=1,makespan=2,cost=3.5,missed-deadlines=4,idle-cores=1000000"
        #expect(try SchedulingReward(parsing: all, field: "f").description == all)
        #expect(try SchedulingReward(parsing: "makespan=1", field: "f").completion == 0)
        #expect(SchedulingReward().hyperparameters == ["rewardCompletion": 1])
        #expect(
            SchedulingReward(completion: 0, missedDeadlines: 2, idleCores: 1).hyperparameters
                == ["rewardMissedDeadlines": 2, "rewardIdleCores": 1])
    }

    @Test(arguments: [
        (
            "speed=1",
            "\"speed\" is no part of a reward; there are completion, makespan, cost, missed-deadlines, idle-cores"
        ),
        ("cost", "\"cost\" states no weight"), ("cost=", "states no weight"),
        ("cost=nan", "\"cost=nan\" states no weight"),
        ("cost=inf", "states no weight"), ("makespan=-1", "\"makespan=-1\" states no weight between 0 and 1e6"),
        ("cost=1,cost=2", "names cost twice"), ("cost=0,makespan=0", "weighs nothing"), ("", "\"\" is no part"),
        ("cost=1,", "\"\" is no part"), ("cost=1=2", "states no weight"),
    ])
    func whatIsNoMixIsRefused(text: String, complaint: String) {
        let error = #expect(throws: InputError.self) { try SchedulingReward(parsing: text, field: "--reward") }
        #expect(error?.field == "--reward" && error?.problem.contains(complaint) == true, "\(error?.problem ?? "")")
    }

    @Test func runsAreComparedPartByPart() {
        let amounts: [SchedulingReward.Part: Double] = [.completion: 10, .makespan: 60, .cost: 0]
        let others: [SchedulingReward.Part: Double] = [.completion: 20, .makespan: 50, .cost: 0]
        func relative(_ mix: SchedulingReward) -> Double {
            mix.relative(of: { amounts[$0] ?? 0 }, to: { others[$0] ?? 0 })
        }
        #expect(relative(.init()) == 0.5 && relative(.init(completion: 0, makespan: 7)) == 1.2)
        #expect(abs(relative(.init(completion: 3, makespan: 1)) - (0.75 * 0.5 + 0.25 * 1.2)) < 1e-12)
        // What the other one has nothing of tells nothing.
        #expect(relative(.init(completion: 1, cost: 1)) == 0.75)
    }

    @Test func rewardsRelativeToARunAreOfTheScaleOfCompletion() {
        var totals = SimulationTotals()
        (totals.seconds, totals.workflowSeconds, totals.cost) = (50, 400, 2)
        (totals.availableCoreSeconds, totals.heldCoreSeconds) = (200, 120)
        let mix = SchedulingReward(completion: 1, makespan: 2, cost: 3, missedDeadlines: 4, idleCores: 5)
        let relative = mix.relative(to: totals, unit: 10)
        // Each part of the same run adds up to its share of 40, but deadlines: one missed would.
        for part in SchedulingReward.Part.allCases {
            let amount = totals.amount(of: part, unit: 10) + part.offset
            #expect(abs(relative[part] * amount - mix.share(of: part) * 40) < 1e-9, "\(part)")
        }
        totals.cost = 0
        #expect(mix.relative(to: totals, unit: 10).cost == 0)
        let paid = Double(mix(from: SimulationTotals(), to: totals, unit: 10))
        #expect(abs(paid + (40 + 2 * 5 + 5 * 8)) < 1e-6)
    }
}
