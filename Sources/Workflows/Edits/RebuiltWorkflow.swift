import Files

/// A workflow whose tasks and dependencies were changed.
struct RebuiltWorkflow {
    let workflow: Workflow
    /// Places in the old workflow, of what each task was made from.
    let sources: [[Int]]
    /// Places in the new workflow, of what became of each task.
    let images: [[Int]]

    init(_ old: Workflow, by plan: EditPlan) throws {
        var draft = Draft(old)
        try draft.build(plan)
        (sources, images) = (draft.sources, draft.images)
        workflow = try Workflow(
            name: old.name, tasks: draft.tasks, places: Self.edges(of: old, plan, images: draft.images),
            fileBytes: draft.fileBytes)
    }

    private static func edges(of old: Workflow, _ plan: EditPlan, images: [[Int]]) -> [(parent: Int, child: Int)] {
        var edges: [(parent: Int, child: Int)] = []
        edges.reserveCapacity(old.graph.edgeCount)
        func add(_ parent: Int, _ child: Int) {
            for parent in images[parent] {
                for child in images[child] where child != parent { edges.append((parent, child)) }
            }
        }
        for child in 0..<old.graph.count where !plan.skipped.contains(child) {
            for parent in old.graph.parents(of: child)
            where plan.removed.isEmpty || !plan.removed.contains(.init(parent: parent, child: child)) {
                add(parent, child)
            }
        }
        for edge in plan.added { add(edge.parent, edge.child) }
        return edges
    }
}

/// The tasks of a changed workflow while they are made.
private struct Draft {
    let old: Workflow
    var tasks: [Workflow.Task] = []
    var sources: [[Int]] = []
    var images: [[Int]]
    var fileBytes: [String: Double]
    /// Files that were divided, and their parts.
    private var parts: [String: [String]] = [:]
    private var names: Set<String> = []
    /// Tasks that others run together with.
    private var together: Set<String> = []

    /// Chunks of a task, and of all tasks, at the most.
    private static let mostChunks = (ofTask: 1_000, inAll: 1_000_000)

    init(_ old: Workflow) {
        self.old = old
        images = [[Int]](repeating: [], count: old.tasks.count)
        fileBytes = old.fileBytes
    }

    mutating func build(_ plan: EditPlan) throws {
        guard !plan.splits.isEmpty || !plan.merges.isEmpty else {
            tasks = old.tasks
            sources = tasks.indices.map { [$0] }
            images = sources
            return
        }
        guard plan.splits.values.allSatisfy({ $0 <= Self.mostChunks.ofTask }),
            plan.splits.values.reduce(0, +) <= Self.mostChunks.inAll
        else {
            throw InputError(
                "a task is divided into at most \(Self.mostChunks.ofTask), all into at most \(Self.mostChunks.inAll)",
                field: "chunks")
        }
        names = Set(old.tasks.map(\.id))
        together = Set(old.tasks.flatMap(\.wishes.together))
        var groups: [Int: [Int]] = [:]
        for group in plan.merges { for place in group { groups[place] = group } }
        for place in old.tasks.indices {
            if let chunks = plan.splits[place] {
                try divide(place, into: chunks)
            } else if let group = groups[place] {
                if group[0] == place { try join(group) }
            } else {
                append(old.tasks[place], from: [place])
            }
        }
        rename()
    }

    private mutating func append(_ task: Workflow.Task, from places: [Int]) {
        for place in places { images[place].append(tasks.count) }
        tasks.append(task)
        sources.append(places)
    }

    private mutating func newName(_ wanted: String) -> String {
        var name = wanted
        while !names.insert(name).inserted { name += "'" }
        return name
    }

    private func refuse(_ place: Int, _ problem: String, _ field: String) -> InputError {
        InputError("the task \"\(old.tasks[place].id)\" \(problem)", field: field)
    }

    private mutating func divide(_ place: Int, into chunks: Int) throws {
        let task = old.tasks[place]
        guard let range = task.wishes.divisible, chunks >= 2, range.contains(chunks) else {
            throw refuse(place, "may not be divided into \(chunks)", "chunks")
        }
        guard task.wishes.branchProbability == nil, task.wishes.expectedIterations == nil,
            task.wishes.together.isEmpty, !together.contains(task.id)
        else {
            throw refuse(place, "runs by chance, several times or together with others, and is not divided", "chunks")
        }
        var written = [[String]](repeating: [], count: chunks)
        for file in task.outputFiles {
            let names = (1...chunks).map { "\(file)#\($0)" }
            parts[file] = names
            for (chunk, name) in names.enumerated() {
                written[chunk].append(name)
                fileBytes[name] = old.fileBytes[file].map { $0 / Double(chunks) }
            }
        }
        for chunk in 0..<chunks {
            var part = Workflow.Task(id: newName("\(task.id)#\(chunk + 1)"))
            part.name = "\(task.name)#\(chunk + 1)"
            (part.program, part.arguments, part.node) = (task.program, task.arguments, task.node)
            (part.cores, part.memoryBytes, part.cpu) = (task.cores, task.memoryBytes, task.cpu)
            part.runtimeSeconds = task.runtimeSeconds.map { $0 / Double(chunks) }
            (part.inputFiles, part.outputFiles) = (task.inputFiles, written[chunk])
            part.wishes = task.wishes
            part.wishes.divisible = nil
            part.wishes.alternatives = []
            part.wishes.alternative = nil
            append(part, from: [place])
        }
    }

    private mutating func join(_ group: [Int]) throws {
        let members = group.map { old.tasks[$0] }
        let pools = Set(members.compactMap(\.wishes.pool))
        guard pools.count <= 1 else { throw refuse(group[0], "and those joined with it run in two pools", "mergeWith") }
        if let place = group.first(where: {
            old.tasks[$0].wishes.branchProbability != nil || old.tasks[$0].wishes.expectedIterations != nil
        }) {
            throw refuse(place, "runs by chance or several times, and is not joined with others", "mergeWith")
        }
        var whole = Workflow.Task(id: newName("\(members[0].id)+\(members.count - 1)"))
        whole.name = "\(members[0].name)+\(members.count - 1)"
        let programs = Set(members.map(\.program))
        (whole.program, whole.arguments) = (programs.count == 1 ? members[0].program : nil, members[0].arguments)
        whole.node = members[0].node
        let seconds = members.compactMap(\.runtimeSeconds)
        whole.runtimeSeconds = seconds.count == members.count ? seconds.reduce(0, +) : nil
        whole.cores = members.compactMap(\.cores).max()
        whole.memoryBytes = members.compactMap(\.memoryBytes).max()
        whole.cpu = meanUse(of: members)
        let written = Set(members.flatMap(\.outputFiles))
        whole.outputFiles = unique(members.flatMap(\.outputFiles))
        whole.inputFiles = unique(members.flatMap(\.inputFiles)).filter { !written.contains($0) }
        whole.wishes = wishes(of: members, pool: pools.first)
        append(whole, from: group)
    }

    private func unique(_ files: [String]) -> [String] {
        var seen: Set<String> = []
        return files.filter { seen.insert($0).inserted }
    }

    /// Cores used on average, by time; nil where it is not known of all.
    private func meanUse(of members: [Workflow.Task]) -> Double? {
        let known = members.compactMap { task in task.cpu.map { ($0, task.runtimeSeconds ?? 0) } }
        let seconds = known.reduce(0) { $0 + $1.1 }
        guard known.count == members.count, seconds > 0 else { return nil }
        return known.reduce(0) { $0 + $1.0 * ($1.1 / seconds) }
    }

    private func wishes(of members: [Workflow.Task], pool: String?) -> Workflow.Wishes {
        var wishes = Workflow.Wishes()
        if members.contains(where: { $0.wishes.cores != nil }) {
            wishes.cores = members.map { $0.wishes.cores ?? $0.cores ?? 1 }.max()
        }
        if members.contains(where: { $0.wishes.memoryBytes != nil }) {
            wishes.memoryBytes = members.map { $0.wishes.memoryBytes ?? $0.memoryBytes ?? 0 }.max()
        }
        wishes.priority = members.map(\.wishes.priority).max() ?? 0
        wishes.deadline = members.compactMap(\.wishes.deadline).min()
        wishes.pool = pool
        wishes.together = unique(members.flatMap(\.wishes.together))
        return wishes
    }

    /// Names tasks and files by what became of them.
    private mutating func rename() {
        var newIDs: [String: [String]] = [:]
        for (place, task) in old.tasks.enumerated() where images[place].map({ tasks[$0].id }) != [task.id] {
            newIDs[task.id] = images[place].map { tasks[$0].id }
        }
        for place in tasks.indices {
            if tasks[place].inputFiles.contains(where: { parts[$0] != nil }) {
                tasks[place].inputFiles = unique(tasks[place].inputFiles.flatMap { parts[$0] ?? [$0] })
            }
            guard tasks[place].wishes.together.contains(where: { newIDs[$0] != nil }) else { continue }
            let id = tasks[place].id
            tasks[place].wishes.together = unique(tasks[place].wishes.together.flatMap { newIDs[$0] ?? [$0] })
                .filter { $0 != id }
        }
    }
}
