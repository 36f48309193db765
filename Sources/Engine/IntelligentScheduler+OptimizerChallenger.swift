import Files
import Scheduling
import Simulation
import Workflows

extension IntelligentScheduler {
    /// Which versions of the optimizer have to do with a question about `workflow`: the champion, with the challenger in its
    /// shadow, or the challenger where it is the canary of the run, for which the name of the workflow stands.
    func chosenOptimizers(for workflow: Workflow) -> ChosenOptimizers {
        var chosen = ChosenOptimizers(champion: optimizer.snapshot)
        guard let trial = optimizerChallenger.current, let served = trial.snapshot else { return chosen }
        chosen.trial = (trial, served)
        chosen.isCanary = Canary.takes(workflow, share: settings.canaryShare) && trial.mayAct
        return chosen
    }

    /// Takes in how the challenger answered a question that `asked` asked of it, if it was asked.
    func judge(_ asked: AskedNetworks, of chosen: ChosenOptimizers, within budget: Duration) {
        guard let (trial, served) = chosen.trial, let attempt = asked.canary?.attempt else { return }
        // In the shadow, what it said before says nothing new of it.
        guard chosen.isCanary || attempt.failure != nil || attempt.seconds != nil else { return }
        // Whoever gives more time than usual expects no answer as soon.
        let seconds = budget <= target ? attempt.seconds : nil
        trial.answered(served, failure: attempt.failure, seconds: seconds, acted: chosen.isCanary)
        optimizerChallenger.endBreached(trial)
    }

    /// Scores the challenger beside the champion on the workflow that a portfolio asked a proposer about, once that is
    /// answered and while nobody waits; a few at a time, and each workflow once. Where there is no champion, or it proposes
    /// nothing, there is nothing to score it beside.
    func compare(_ asked: AskedNetworks, of chosen: ChosenOptimizers, within budget: Duration) {
        guard let (trial, served) = chosen.trial, let proposal = asked.proposal, trial.beginShadow() else { return }
        Task {
            defer { trial.endShadow() }
            let instance = proposal.instance
            let plans =
                chosen.isCanary
                ? (asked.newPlanOfCanary, await chosen.champion.probe(instance, within: budget / 2))
                : (await shadowPlan(for: instance, of: chosen, within: budget), proposal.plan)
            guard let theirs = plans.0, let ours = plans.1, (try? ours.check(against: instance)) != nil else { return }
            // Where nothing takes time, no plan is shorter.
            guard ours.makespan > 0 else { return }
            let gain = (ours.makespan - theirs.makespan) / ours.makespan
            trial.scored(served, gains: [max(-1, min(1, gain))])
            optimizerChallenger.endBreached(trial)
        }
    }

    /// What the challenger proposes for `instance`, though it does not act; nil where it fails, or has said it before.
    private func shadowPlan(
        for instance: SchedulingInstance, of chosen: ChosenOptimizers, within budget: Duration
    ) async -> Timetable? {
        let networks = chosen.trial?.served.asked(within: budget, target: target)
        let asked = AskedNetworks(champion: nil, canary: networks, whyNoChampion: nil)
        _ = try? await offload { asked.propose(instance) { false } }
        judge(asked, of: chosen, within: budget)
        return asked.newPlanOfCanary
    }
}
