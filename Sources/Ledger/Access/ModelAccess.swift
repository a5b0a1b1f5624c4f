/// The models that a key may ask for: its own list and its team's, or its user's where it has no team.
public struct ModelAccess: Sendable, Equatable {
    private let keyList: ModelList
    private let teamList: ModelList?
    private let userList: ModelList?
    private let aliases: [String: String]
    private let teamAliases: [String: String]

    init(key: VirtualKey, user: User?, team: TeamFacts?, groups: [String: [String]]) {
        // `all-team-models` adds nothing of its own: the team's list is asked in any case.
        let own = key.models.contains("all-team-models") ? [] : key.models
        keyList = ModelList(own, groups: groups)
        teamList = team?.models
        userList = team == nil ? user.map { ModelList($0.models, groups: groups) } : nil
        aliases = key.aliases
        teamAliases = team?.team.aliases ?? [:]
    }

    /// The name that a model stands for: the key's alias, else the team's, else itself. An alias is not looked up again.
    func resolve(_ model: String) -> String { aliases[model] ?? teamAliases[model] ?? model }

    /// The owner of the list that a model is not on; nil when it may be asked for. An alias is on a list when its name is,
    /// or what it stands for. The lists of others ask an alias of the key's own by its target alone: whoever makes the key
    /// would else name there what they refuse.
    func denial(of model: String) -> ModelDenial.Owner? {
        let target = resolve(model)
        func isMissing(in list: ModelList?, byName: Bool) -> Bool {
            guard let list else { return false }
            return !list.contains(target) && !(byName && list.contains(model))
        }
        let byName = aliases[model] == nil
        if isMissing(in: keyList, byName: true) { return .key }
        if isMissing(in: teamList, byName: byName) { return .team }
        return isMissing(in: userList, byName: byName) ? .user : nil
    }
}
