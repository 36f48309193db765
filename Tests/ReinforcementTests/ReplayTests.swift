import Kernels
import Testing

@testable import Reinforcement

private func observation(_ number: Int) -> Observation {
    Observation(state: [Float(number)], isValid: [true, true])
}

private func step(_ number: Int, reward: Float, discount: Float, isDemonstration: Bool = false) -> Transition {
    Transition(
        observation: observation(number), action: number % 2, reward: reward, discount: discount,
        next: discount == 0 ? nil : observation(number + 1), isDemonstration: isDemonstration)
}

@Test(arguments: [1, 2, 3, 5, 9])
func returnsAddUpWhatFollows(steps: Int) {
    let rewards: [Float] = [1, -2, 4, 8, 0.5, 3]
    let discounts: [Float] = [0.5, 0.25, 1, 0.5, 0.5, 0]
    var returns = Returns(steps: steps)
    let found = rewards.indices.flatMap { returns.add(step($0, reward: rewards[$0], discount: discounts[$0])) }
    #expect(found.map { Int($0.observation.state[0]) } == Array(0..<6))
    for (start, transition) in found.enumerated() {
        let end = min(start + steps, 6)
        var (reward, discount): (Float, Float) = (0, 1)
        for place in start..<end {
            reward += discount * rewards[place]
            discount *= discounts[place]
        }
        #expect(transition.reward == reward && transition.discount == discount)
        #expect(transition.next == (end == 6 ? nil : observation(end)) && transition.action == start % 2)
    }
    #expect(returns.cutOff().isEmpty)
}

@Test func whatIsCutOffIsJudgedByWhatFollows() {
    var returns = Returns(steps: 3)
    #expect(returns.add(step(0, reward: 1, discount: 0.5)).isEmpty)
    #expect(returns.add(step(1, reward: 2, discount: 0.5)).isEmpty)
    let left = returns.cutOff()
    #expect(left.map(\.reward) == [2, 2] && left.map(\.discount) == [0.25, 0.5])
    #expect(left.allSatisfy { $0.next == observation(2) })
}

@Test func aFullBufferForgetsTheOldest() {
    var buffer = ReplayBuffer(capacity: 3, sampling: .uniform)
    for number in 0..<5 { buffer.append(step(number, reward: 0, discount: 1)) }
    #expect(Set(buffer.transitions.map { Int($0.observation.state[0]) }) == [2, 3, 4])
    var generator = SeededGenerator(seed: 1)
    let sample = buffer.sample(300, using: &generator)
    for place in 0..<3 { #expect((70...130).contains(sample.places.count { $0 == place })) }
    #expect(sample.weights.allSatisfy { $0 == 1 })
}

@Test func aPrioritisedBufferDrawsByErrorAndWeighsAgainstIt() {
    let sampling = ReplayBuffer.Sampling.prioritised(exponent: 0.5, correction: 1, floor: 0)
    var buffer = ReplayBuffer(capacity: 4, sampling: sampling)
    for number in 0..<3 { buffer.append(step(number, reward: 0, discount: 1)) }
    buffer.update([0, 1, 2], errors: [1, -4, 9])
    var generator = SeededGenerator(seed: 1)
    let sample = buffer.sample(6000, using: &generator)
    for place in 0..<3 {
        // √1, √4 and √9 of 6, in equal parts of the sum.
        #expect(abs(sample.places.count { $0 == place } - 1000 * (place + 1)) <= 1)
    }
    for (place, weight) in zip(sample.places, sample.weights) {
        #expect(abs(weight - 1 / Float(place + 1)) < 1e-5)
    }
    // One that is new comes first.
    buffer.append(step(3, reward: 0, discount: 1))
    #expect(buffer.sample(900, using: &generator).places.count { $0 == 3 } >= 299)
}

/// What a buffer holds is what a list holds from which the oldest one goes that does not stay.
@Test(arguments: [0, 1, 3, 6])
func theFirstDemonstrationsStayAndTheOthersTurn(room: Int) {
    var generator = SeededGenerator(seed: 9)
    for share in [0, 0.1, 0.5, 0.9, 1] {
        var buffer = ReplayBuffer(capacity: 7, sampling: .uniform, demonstrationCapacity: room)
        var (staying, others): ([Int], [Int]) = ([], [])
        for number in 0..<60 {
            let isShown = generator.uniformDouble() < share
            if staying.count + others.count == 7 { others.removeFirst() }
            if isShown, staying.count < room { staying.append(number) } else { others.append(number) }
            buffer.append(step(number, reward: 0, discount: 1, isDemonstration: isShown))
            #expect(buffer.transitions.map { Int($0.observation.state[0]) }.sorted() == (staying + others).sorted())
            #expect(buffer.stayingCount == staying.count)
        }
    }
}

@Test func demonstrationsThatStayAreDrawnAsOthersAre() {
    var buffer = ReplayBuffer(capacity: 4, sampling: .uniform, demonstrationCapacity: 2)
    for number in 0..<40 { buffer.append(step(number, reward: 0, discount: 1, isDemonstration: number < 2)) }
    var generator = SeededGenerator(seed: 1)
    let drawn = buffer.sample(4000, using: &generator).places.map { Int(buffer.transitions[$0].observation.state[0]) }
    for number in [0, 1, 38, 39] { #expect((900...1100).contains(drawn.count { $0 == number })) }
}

@Test func demonstrationsHaveABonusInPriority() {
    let sampling = ReplayBuffer.Sampling.prioritised(exponent: 1, correction: 1, floor: 0.5, bonus: 2)
    var buffer = ReplayBuffer(capacity: 3, sampling: sampling, demonstrationCapacity: 1)
    for number in 0..<3 { buffer.append(step(number, reward: 0, discount: 1, isDemonstration: number < 2)) }
    buffer.update([0, 1, 2], errors: [1, -1, 1])
    // The error and 0.5, and 2 more for the two that were shown, of which one only stays.
    #expect(buffer.priorities == [3.5, 3.5, 1.5])
    var generator = SeededGenerator(seed: 1)
    let sample = buffer.sample(1700, using: &generator)
    for (place, share) in [(0, 700), (1, 700), (2, 300)] {
        #expect(abs(sample.places.count { $0 == place } - share) <= 1)
    }
    #expect(zip(sample.places, sample.weights).allSatisfy { abs($1 - ($0 == 2 ? 1 : 1.5 / 3.5)) < 1e-5 })
    // One that takes the place of another has the largest priority so far.
    buffer.append(step(3, reward: 0, discount: 1))
    #expect(buffer.transitions.map(\.isDemonstration) == [true, false, false] && buffer.priorities == [3.5, 3.5, 1.5])
}

/// Whatever is added, stays and is weighed anew behind a mark, the buffer before comes back, which nothing was copied for.
@Test(arguments: [ReplayBuffer.Sampling.uniform, .prioritised(bonus: 0.5)])
func aBufferGoesBackToItsMark(sampling: ReplayBuffer.Sampling) {
    var generator = SeededGenerator(seed: 7)
    for count in [0, 3, 9, 10, 25] {
        for changes in [0, 1, 8, 40] {
            var buffer = ReplayBuffer(capacity: 10, sampling: sampling, demonstrationCapacity: 4)
            func change(_ buffer: inout ReplayBuffer, _ count: Int) {
                for number in 0..<count {
                    let isShown = generator.uniformDouble() < 0.2
                    buffer.append(step(100 * count + number, reward: 0, discount: 1, isDemonstration: isShown))
                    let places = buffer.sample(3, using: &generator).places
                    buffer.update(places, errors: places.map { Float($0) - 2 })
                }
            }
            change(&buffer, count)
            let before = buffer
            buffer.mark()
            change(&buffer, changes)
            #expect((buffer.transitions == before.transitions) == (changes == 0))
            buffer.goBack()
            #expect(buffer == before, "\(changes) behind \(count)")
            // And goes on as it would have.
            var (one, other) = (buffer, before)
            let kept = generator
            change(&one, 20)
            generator = kept
            change(&other, 20)
            #expect(one == other)
        }
    }
}
