import Kernels

@testable import Reinforcement

/// A Markov decision process of few states, drawn by chance, whose optimum is found by value iteration.
struct RandomProcess: Environment {
    let states = 5
    let actions = 3
    let discount: Float = 0.8
    /// By state and action: the probabilities of the next state, and the mean reward.
    private(set) var chances: [[[Float]]] = []
    private(set) var rewards: [[Float]] = []
    private var generator = SeededGenerator(seed: 0)
    private var state = 0

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<states {
            rewards.append((0..<actions).map { _ in 2 * generator.uniform() - 1 })
            chances.append(
                (0..<actions).map { _ in
                    // Mostly to one state, so that what is chosen matters.
                    let likely = Int.random(in: 0..<states, using: &generator)
                    return (0..<states).map { $0 == likely ? 0.8 : 0.2 / Float(states - 1) }
                })
        }
    }

    func observation(of state: Int) -> Observation {
        Observation(
            state: (0..<states).map { $0 == state ? 1 : 0 },
            // One action is forbidden in each state but the last.
            isValid: (0..<actions).map { $0 != state })
    }

    mutating func begin(seed: UInt64) -> Observation? {
        generator = SeededGenerator(seed: seed)
        state = Int.random(in: 0..<states, using: &generator)
        return observation(of: state)
    }

    mutating func take(_ action: Int) -> Outcome {
        let reward = rewards[state][action]
        var left = generator.uniform()
        let row = chances[state][action]
        state =
            row.firstIndex { chance in
                left -= chance
                return left < 0
            } ?? states - 1
        return Outcome(reward: reward, discount: discount, observation: observation(of: state))
    }

    private func value(_ state: Int, _ action: Int, _ values: [Float]) -> Float {
        rewards[state][action] + discount * zip(chances[state][action], values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// What each state is worth under the best policy, or under `policy`.
    func values(of policy: [Int]? = nil) -> [Float] {
        var values = [Float](repeating: 0, count: states)
        for _ in 0..<200 {
            values = (0..<states).map { state in
                let allowed = policy.map { [$0[state]] } ?? (0..<actions).filter { $0 != state }
                return allowed.map { value(state, $0, values) }.max() ?? 0
            }
        }
        return values
    }
}

/// Jobs on one machine, all there at the beginning: the mean completion time is least when the shortest is always next
/// (Smith, 1956). Jobs are candidates, known by their length alone. A step costs its length times the part of the jobs that
/// have not ended, and nothing is discounted: an episode costs the mean completion time.
struct OneMachine: Environment {
    let count: Int
    private(set) var lengths: [Float] = []

    init(jobs: Int) { count = jobs }

    private var observation: Observation? {
        lengths.isEmpty
            ? nil
            : Observation(
                state: [Float(lengths.count) / Float(count)], actions: lengths,
                isValid: [Bool](repeating: true, count: lengths.count))
    }

    mutating func begin(seed: UInt64) -> Observation? {
        var generator = SeededGenerator(seed: seed)
        lengths = (0..<count).map { _ in generator.uniform() }
        return observation
    }

    mutating func take(_ action: Int) -> Outcome {
        let present = Float(lengths.count)
        let length = lengths.remove(at: action)
        return Outcome(
            reward: -present * length / Float(count), discount: lengths.isEmpty ? 0 : 1, observation: observation)
    }
}
