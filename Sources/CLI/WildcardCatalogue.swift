import Balancer
import Config
import Dialects
import Gateway

/// The names that the wildcards of `model_list` stand for, by what instances list.
struct WildcardCatalogue {
    /// A tag under the name by which clients ask for it.
    struct Name: Equatable {
        let name: String
        /// The same by how the instance writes the tag, where that is another.
        let spelling: String?
        /// As reports have it.
        let tag: String
        /// Positions in `Configuration.wildcards` and in `Configuration.wildcardModels`.
        let wildcard: Int
        let model: Int
    }

    private struct Wildcard {
        let pattern: NamePattern
        let tag: NamePattern
        /// The beginning of `litellm_params.model`, with the slash.
        let provider: String
        let index: Int
        let model: Int
    }

    /// By instance.
    private let wildcards: [Int: [Wildcard]]
    private let table: RouteTable

    /// - Parameter table: knows which pattern serves a name.
    init(_ configuration: Configuration, _ table: RouteTable) {
        self.table = table
        var wildcards: [Int: [Wildcard]] = [:]
        for (position, model) in configuration.wildcardModels.enumerated() {
            guard let pattern = NamePattern(model.name) else { continue }
            for index in model.deployments {
                let deployment = configuration.wildcards[index]
                guard let tag = NamePattern(deployment.tag) else { continue }
                let provider = deployment.model.value.dropLast(deployment.tag.count)
                wildcards[deployment.instance, default: []].append(
                    Wildcard(
                        pattern: pattern, tag: tag, provider: String(provider), index: index, model: position))
            }
        }
        self.wildcards = wildcards
    }

    /// The names of an instance's tags: of each wildcard there those that no other pattern serves.
    func names(of tags: [KnownTag], on instance: Int) -> [Name] {
        (wildcards[instance] ?? []).flatMap { wildcard in
            tags.compactMap { tag in
                guard let name = name(of: tag.name, under: wildcard), !NamePattern.isOne(name),
                    table.pattern(serving: name) == wildcard.pattern
                else { return nil }
                return Name(
                    name: name, spelling: tag.spelling.flatMap { self.name(of: $0, under: wildcard) }, tag: tag.name,
                    wildcard: wildcard.index, model: wildcard.model)
            }
        }
    }

    /// The name under which clients ask for a tag: the one that a request for it would be filled with.
    private func name(of tag: String, under wildcard: Wildcard) -> String? {
        guard let runs = wildcard.tag.match(tag) else { return nil }
        // Where the pattern has more stars than the tag, the whole name is the tag, with the provider in front or without.
        guard NamePattern.stars(in: wildcard.pattern.text) <= runs.count else {
            return [tag, wildcard.provider + tag].first(where: wildcard.pattern.matches)
        }
        let name = NamePattern.fill(wildcard.pattern.text, with: runs, of: tag)
        guard let again = wildcard.pattern.match(name),
            NamePattern.fill(wildcard.tag.text, with: again, of: name) == tag
        else { return nil }
        return name
    }
}
