import Testing

@testable import Ledger

@Suite struct ModelAccessTests {
    private func access(
        _ models: [String] = [], team: [String]? = nil, user: [String]? = nil, aliases: [String: String] = [:],
        teamAliases: [String: String] = [:], groups: [String: [String]] = [:]
    ) -> ModelAccess {
        ModelAccess(
            key: Samples.key {
                $0.models = models
                $0.aliases = aliases
            }, user: user.map { models in Samples.user { $0.models = models } },
            team: team.map { models in
                TeamFacts(
                    Samples.team {
                        $0.models = models
                        $0.aliases = teamAliases
                    }, groups: groups)
            }, groups: groups)
    }

    @Test func `an empty list is every model`() {
        #expect(access().denial(of: "gpt-4o") == nil)
        #expect(access(["all-proxy-models"]).denial(of: "gpt-4o") == nil)
        #expect(access(["*"]).denial(of: "gpt-4o") == nil)
    }

    @Test func `a list names models, patterns and access groups`() {
        let access = access(["llama3", "openai/*", "beta"], groups: ["beta": ["gpt-4o", "claude-*"]])
        for model in ["llama3", "openai/o3", "gpt-4o", "claude-opus"] { #expect(access.denial(of: model) == nil) }
        for model in ["llama", "gpt-4", "openai"] { #expect(access.denial(of: model) == .key) }
    }

    @Test func `no default models is a list with nothing on it`() {
        #expect(access(["no-default-models"]).denial(of: "gpt-4o") == .key)
        #expect(access(["no-default-models", "llama3"]).denial(of: "llama3") == nil)
    }

    @Test func `both the key's and the team's list hold`() {
        let access = access(["llama3", "gpt-4o"], team: ["llama3", "mistral"])
        #expect(access.denial(of: "llama3") == nil)
        #expect(access.denial(of: "gpt-4o") == .team)
        #expect(access.denial(of: "mistral") == .key)
    }

    @Test func `all team models are those of the team`() {
        let access = access(["all-team-models"], team: ["llama3"])
        #expect(access.denial(of: "llama3") == nil)
        #expect(access.denial(of: "gpt-4o") == .team)
    }

    @Test func `the user's list holds for keys without a team`() {
        #expect(access(user: ["llama3"]).denial(of: "gpt-4o") == .user)
        #expect(access(team: [], user: ["llama3"]).denial(of: "gpt-4o") == nil)
    }

    @Test func `an alias stands for another name, the key's before the team's, once`() {
        let access = access(
            ["llama3"], team: [], aliases: ["fast": "llama3", "llama3": "gpt-4o"],
            teamAliases: ["fast": "x", "slow": "y"])
        #expect(access.resolve("fast") == "llama3")
        #expect(access.resolve("slow") == "y")
        #expect(access.resolve("other") == "other")
        #expect(access.denial(of: "fast") == nil)
        // Its own name is on the list, so the operator means it.
        #expect(access.denial(of: "llama3") == nil)
        #expect(access.denial(of: "slow") == .key)
    }

    @Test func `a key's own alias leads to nothing that its team or its user may not ask`() {
        let aliases = ["llama3": "gpt-4o", "fast": "llama3"]
        #expect(access(team: ["llama3"], aliases: aliases).denial(of: "llama3") == .team)
        #expect(access(user: ["llama3"], aliases: aliases).denial(of: "llama3") == .user)
        #expect(access(team: ["llama3"], aliases: aliases).denial(of: "fast") == nil)
        #expect(access(user: ["llama3"], aliases: aliases).denial(of: "fast") == nil)
        // The team's own alias is its operator's word.
        #expect(access(team: ["llama3"], teamAliases: ["llama3": "gpt-4o"]).denial(of: "llama3") == nil)
    }
}
