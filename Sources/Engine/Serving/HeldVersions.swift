import Decisions

/// The versions that are held in memory: the one that answers, one that is about to, and the last ones that did.
struct HeldVersions<Served: ServedVersion>: Sendable {
    /// One of them; every one goes on learning outcomes.
    struct Held: Sendable {
        /// Tells it from all others, also from another reading of the same version.
        let id: Int
        var served: Served
        /// Whether it has not learned the last outcomes, as that took too long: it is to be read anew.
        var hasFallenBehind = false
        /// Whether it knows all outcomes: all but the first does, which is there before any is read.
        var knowsOutcomes: Bool { id > 0 && !hasFallenBehind }
        /// The version, if it knows all outcomes.
        var knownVersion: Int? { hasFallenBehind ? nil : served.model?.version }
    }

    /// What answers.
    private(set) var current: Held
    /// Those that answered before, the last one first.
    private(set) var hot: [Held] = []
    /// One that is ready and whose promotion is being written down.
    private(set) var prepared: Held?
    /// How many that answered before are kept.
    let capacity: Int
    private var lastID = 0

    init(_ first: Served, keeping capacity: Int) {
        current = Held(id: 0, served: first)
        self.capacity = capacity
    }

    /// All of them, the one that answers first.
    var all: [Held] { [current] + hot + (prepared.map { [$0] } ?? []) }

    /// The version that is held ready and does not answer.
    func ready(_ version: Int) -> Held? {
        ((prepared.map { [$0] } ?? []) + hot).first { $0.served.model?.version == version }
    }

    /// Gives `served` a place of its own, so far in no list; `tell` is called when it is in memory no longer.
    mutating func held(_ served: Served, _ tell: @escaping @Sendable (EngineEvent.Kind) -> Void) -> Held {
        lastID += 1
        var held = Held(id: lastID, served: served)
        held.served.residence = served.model.map { model in EndNotice { tell(.released(model)) } }
        return held
    }

    /// Lets `held` be ready, in the place of one that was before, which is returned.
    mutating func prepare(_ held: Held?) -> Held? {
        let before = prepared
        prepared = held
        return before
    }

    /// Whether one is held.
    func holds(_ id: Int) -> Bool { all.contains { $0.id == id } }

    /// What a change of the version leaves behind; best let go of where no one waits.
    struct Left: Sendable {
        var released: [Held] = []
        var service: EndNotice?
        /// What answered, with the answers that it has forgotten.
        var forgotten: Served?
    }

    /// Lets `next` answer from now on; `service` is let go of when its last question is answered.
    mutating func change(to next: Held, service: EndNotice?) -> Left {
        // One that is held may have learned since it was looked up.
        let next = all.first { $0.id == next.id } ?? next
        hot.removeAll { $0.id == next.id }
        if prepared?.id == next.id { prepared = nil }
        var before = current
        var left = Left(service: before.served.service)
        before.served.service = nil
        left.forgotten = before.served
        before.served.forgetAnswers()
        if before.served.model == nil || before.hasFallenBehind {
            left.released.append(before)
        } else {
            hot.insert(before, at: 0)
        }
        current = next
        current.served.service = service
        while hot.count > capacity { left.released.append(hot.removeLast()) }
        return left
    }

    /// Drops one that does not answer.
    mutating func release(_ id: Int) -> Held? {
        if prepared?.id == id { return prepare(nil) }
        guard let place = hot.firstIndex(where: { $0.id == id }) else { return nil }
        return hot.remove(at: place)
    }

    /// Gives up one that could not learn in time: what answers goes on as it is and is to be read anew, any other is dropped.
    mutating func fallBehind(_ id: Int) -> (released: Held?, answers: Bool) {
        guard current.id == id else { return (release(id), false) }
        current.hasFallenBehind = true
        return (nil, true)
    }

    /// Puts `served`, which has learned, into the place of what it was made from, wherever that is by now.
    mutating func update(_ id: Int, _ served: Served) {
        if current.id == id {
            let (service, reason) = (current.served.service, current.served.reason)
            current.served = served
            (current.served.service, current.served.reason) = (service, reason)
        } else if prepared?.id == id {
            prepared?.served = served
            prepared?.served.service = nil
        } else if let place = hot.firstIndex(where: { $0.id == id }) {
            hot[place].served = served
            hot[place].served.service = nil
        }
    }

    /// Lets rules alone, if they answer, say why.
    mutating func explain(_ reason: String) {
        if current.served.model == nil { current.served.reason = reason }
    }
}
