import Dialects

/// Which boxes of Ollama's there are, and which of them should have which model. Names are compared as Ollama does.
public struct ModelPlacement: Sendable, Equatable {
    /// A model on a box.
    struct Target: Sendable, Hashable {
        let box: String
        /// The name that the box knows it by.
        let tag: String
    }

    /// Why it cannot be told where a model should be.
    enum Fault: Error, Equatable {
        /// Boxes that are not there.
        case unknownBoxes([String], known: [String])
        /// Served, and by no box.
        case onNoBox(String)
        /// A name that stands for several tags, on boxes of which nobody says which one is theirs.
        case ambiguous(String, tags: [String])
        /// There is no box at all.
        case noBoxes
    }

    private struct Deployment: Sendable, Equatable {
        let model: String
        let tag: String
        let box: String
    }

    private struct Line: Sendable, Equatable {
        let model: String
        let boxes: [String]
    }

    private struct Wildcard: Sendable, Equatable {
        let pattern: NamePattern
        let tag: String
        let box: String
    }

    /// The boxes in the order of the configuration.
    let boxes: [String]
    private var deployments: [Deployment] = []
    /// Every name of `model_list`.
    private var models: Set<String> = []
    private var aliases: [String: String] = [:]
    private var lines: [Line] = []
    private var wildcards: [Wildcard] = []

    /// A pool of these boxes, of which no model is known yet.
    public init(boxes: [String]) { self.boxes = boxes }

    /// A model of `model_list`; `box` is nil where what serves it is no box.
    public mutating func add(model: String, tag: String, box: String?) {
        models.insert(model)
        if let box { deployments.append(Deployment(model: model, tag: tag, box: box)) }
    }

    /// A pattern of `model_list`, whose names stand for a box's tags.
    public mutating func add(pattern: String, tag: String, box: String) {
        if let pattern = NamePattern(pattern) { wildcards.append(Wildcard(pattern: pattern, tag: tag, box: box)) }
    }

    /// Another name of a model.
    public mutating func add(alias: String, of model: String) { aliases[alias] = model }

    /// A line of `drover.placement`.
    public mutating func add(line model: String, boxes: [String]) { lines.append(Line(model: model, boxes: boxes)) }

    /// Where a model should be, by the first of these that applies: the boxes of the request; the line of `drover.placement`
    /// for the name, else for the tag; the boxes of its deployments; every box.
    ///
    /// - Parameters:
    ///   - name: a name that clients ask for, or a tag.
    ///   - asked: the boxes that the request names; nil: none.
    func targets(of name: String, on asked: [String]? = nil) throws(Fault) -> [Target] {
        guard !boxes.isEmpty else { throw .noBoxes }
        let own = deployments(of: name)
        let tags = try self.tags(of: name)
        if let asked {
            let unknown = asked.filter { !boxes.contains($0) }
            guard unknown.isEmpty else { throw .unknownBoxes(unknown, known: boxes) }
            return try targets(name, asked, own, tags)
        }
        if let line = line(name) { return try targets(name, line.boxes, own, tags) }
        var found: [Target] = []
        for tag in tags {
            if let line = line(tag) {
                found += line.boxes.map { Target(box: $0, tag: tag) }
            } else if own.isEmpty {
                found += boxes.map { Target(box: $0, tag: tag) }
            } else {
                found += own.filter { Self.same($0.tag, tag) }.map { Target(box: $0.box, tag: tag) }
            }
        }
        return Self.unique(found.filter { boxes.contains($0.box) })
    }

    /// Where a model may lie, to be copied or removed there: on every box, or those of the request. One that stands for several
    /// tags only by each box's own deployments, since none of the tags is meant on the others.
    func holders(of name: String, on asked: [String]? = nil) throws(Fault) -> [Target] {
        guard !boxes.isEmpty else { throw .noBoxes }
        let tags = try self.tags(of: name)
        let unknown = (asked ?? []).filter { !boxes.contains($0) }
        guard unknown.isEmpty else { throw .unknownBoxes(unknown, known: boxes) }
        let places = asked ?? boxes
        guard tags.count > 1 else { return places.map { Target(box: $0, tag: tags[0]) } }
        let own = deployments(of: name).filter { places.contains($0.box) }
        return Self.unique(own.map { Target(box: $0.box, tag: $0.tag) })
    }

    /// The tags that a name stands for: itself, where it is no model's.
    func tags(of name: String) throws(Fault) -> [String] {
        let own = deployments(of: name)
        if own.isEmpty, let model = model(named: name), models.contains(model) { throw .onNoBox(name) }
        var tags: [String] = []
        for deployment in own where !tags.contains(where: { Self.same($0, deployment.tag) }) {
            tags.append(deployment.tag)
        }
        return tags.isEmpty ? [name] : tags
    }

    /// Every tag that some box should have, with its boxes, by the lines and the deployments.
    var expected: [(tag: String, boxes: [String])] {
        var list: [(tag: String, boxes: [String])] = []
        for name in deployments.map(\.tag) + lines.map(\.model) {
            for target in (try? targets(of: name)) ?? [] {
                let tag = OllamaName.normalise(target.tag)
                if let known = list.firstIndex(where: { $0.tag == tag }) {
                    if !list[known].boxes.contains(target.box) { list[known].boxes.append(target.box) }
                } else {
                    list.append((tag, [target.box]))
                }
            }
        }
        return list
    }

    // MARK: Names

    /// The model that a name stands for: a model's own name wins over an alias, and an exact spelling over the other.
    private func model(named name: String) -> String? {
        for spelling in [name, OllamaName.otherSpelling(of: name)].compactMap(\.self) {
            if models.contains(spelling) { return spelling }
            if let model = aliases[spelling] { return model }
        }
        return nil
    }

    /// Those of the model of this name, else those with this tag, else those that a pattern makes of it.
    private func deployments(of name: String) -> [Deployment] {
        let model = model(named: name)
        if let model, models.contains(model) { return deployments.filter { $0.model == model } }
        let own = deployments.filter { Self.same($0.tag, name) }
        return own.isEmpty ? filled(model ?? name) : own
    }

    /// Those of the pattern that serves a name.
    private func filled(_ name: String) -> [Deployment] {
        let fitting = wildcards.filter { $0.pattern.matches(name) }
        guard let best = fitting.first(where: { one in !fitting.contains { $0.pattern.precedes(one.pattern) } }) else {
            return []
        }
        return fitting.filter { $0.pattern == best.pattern }.compactMap { wildcard in
            wildcard.pattern.match(name).map { runs in
                Deployment(
                    model: name, tag: NamePattern.fill(wildcard.tag, with: runs, of: name), box: wildcard.box)
            }
        }
    }

    /// The line of a name, of another name of its model, or of a model that it is the tag of.
    private func line(_ name: String) -> Line? {
        lines.first { Self.same($0.model, name) }
            ?? model(named: name).flatMap { model in lines.first { self.model(named: $0.model) == model } }
            ?? lines.first { line in ((try? tags(of: line.model)) ?? []).contains { Self.same($0, name) } }
    }

    /// Each box with the tag of its own deployment, else with the only one that the name stands for.
    private func targets(
        _ name: String, _ places: [String], _ own: [Deployment], _ tags: [String]
    ) throws(Fault) -> [Target] {
        var found: [Target] = []
        for box in places where boxes.contains(box) {
            let mine = own.filter { $0.box == box }
            if mine.isEmpty, tags.count > 1 { throw .ambiguous(name, tags: tags) }
            found += mine.isEmpty ? [Target(box: box, tag: tags[0])] : mine.map { Target(box: box, tag: $0.tag) }
        }
        return Self.unique(found)
    }

    private static func unique(_ targets: [Target]) -> [Target] {
        var seen: Set<Target> = []
        return targets.filter { seen.insert(Target(box: $0.box, tag: OllamaName.normalise($0.tag))).inserted }
    }

    private static func same(_ one: String, _ other: String) -> Bool {
        OllamaName.normalise(one) == OllamaName.normalise(other)
    }
}

extension ModelPlacement.Fault {
    /// For people.
    var message: String {
        switch self {
        case .unknownBoxes(let unknown, let known):
            "no box is named \(unknown.map { "`\($0.prefix(100))`" }.joined(separator: ", ")); there are "
                + known.map { "`\($0)`" }.joined(separator: ", ")
        case .onNoBox(let name):
            "`\(name.prefix(200))` is served by no Ollama box, so there is nothing to change on one"
        case .ambiguous(let name, let tags):
            "`\(name.prefix(200))` stands for \(tags.map { "`\($0)`" }.joined(separator: " and ")); ask for one of these"
        case .noBoxes: "no Ollama box is configured"
        }
    }
}
