import Balancer
import Dialects
import Ledger
import TestSupport
import Testing

@testable import Gateway

/// A key's lists and aliases: the model that is asked for is the one that was permitted, in every spelling.
@Suite struct PermittedModelTests {
    private static let models = [
        ModelsRig.Model(name: "gpt-4", inside: [false]), ModelsRig.Model(name: "mini", inside: [true]),
    ]

    private func served(_ rig: KeyedModels, _ model: String, more: String = "", failing: Set<String> = []) throws -> (
        models: [String], answer: String
    ) {
        var exchange = try rig.exchange(model, more: more)
        let played = rig.pool.play(&exchange) { failing.contains(rig.pool.owners[$0]) ? .status500 : nil }
        return (played.models, played.answer)
    }

    @Test(arguments: ["gpt-4", "gpt-4:latest"])
    func `an alias stands for its model in both of its spellings`(name: String) throws {
        let rig = try KeyedModels(Self.models) { ($0.models, $0.aliases) = (["mini"], ["gpt-4": "mini"]) }
        #expect(try served(rig, name).models == ["mini"])
        let open = try KeyedModels(Self.models) { $0.aliases = ["gpt-4": "mini"] }
        #expect(try served(open, name).models == ["mini"])
        let spelt = try KeyedModels(Self.models) { $0.aliases = ["gpt-4:latest": "mini"] }
        #expect(try served(spelt, name).models == ["mini"])
    }

    @Test(arguments: ["gpt-4", "gpt-4:latest"])
    func `a fallback of the client's own is the model that its alias stands for`(name: String) throws {
        let models = Self.models + [ModelsRig.Model(name: "big", inside: [false])]
        let rig = try KeyedModels(models, retries: 0) {
            ($0.models, $0.aliases) = (["mini", "big"], ["gpt-4": "mini"])
        }
        let played = try served(rig, "big", more: #","fallbacks":["\#(name)"]"#, failing: ["big"])
        #expect(played.models == ["big", "mini"])
        #expect(played.answer.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `a name that is permitted in its other spelling is asked for in that one`() throws {
        let models = [
            ModelsRig.Model(name: "m", inside: [false]), ModelsRig.Model(name: "m:latest", inside: [true]),
        ]
        let rig = try KeyedModels(models) { $0.models = ["m:latest"] }
        #expect(try served(rig, "m").models == ["m:latest"])
        let both = try KeyedModels(models)
        #expect(try served(both, "m").models == ["m"])
        #expect(try served(both, "m:latest").models == ["m:latest"])
    }

    @Test func `whatever is on no list is refused in both spellings, also as a fallback`() throws {
        let rig = try KeyedModels(Self.models) { $0.models = ["mini"] }
        for name in ["gpt-4", "gpt-4:latest"] {
            #expect(try served(rig, name).answer.hasPrefix("HTTP/1.1 403 "))
            #expect(try served(rig, "mini", more: #","fallbacks":["\#(name)"]"#).answer.hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test(arguments: ["gpt-4", "gpt-4:latest", "best", "best:latest", "mine"])
    func `the limits of a single model hold by every name of it`(name: String) throws {
        var once = ModelAllowance()
        once.requestsPerMinute = 1
        let rig = try KeyedModels(Self.models, aliases: ["best": "gpt-4"]) {
            ($0.aliases, $0.modelAllowances) = (["mine": "gpt-4"], ["gpt-4": once])
        }
        #expect(try served(rig, name).answer.hasPrefix("HTTP/1.1 200 "))
        #expect(try served(rig, name).answer.hasPrefix("HTTP/1.1 429 "))
    }

    @Test func `a name that stands for a permitted one may be asked for, and none that the key gives to another`()
        throws
    {
        let rig = try KeyedModels(Self.models, aliases: ["best": "gpt-4", "least": "mini"]) { $0.models = ["mini"] }
        #expect(try served(rig, "least").models == ["mini"])
        #expect(try served(rig, "best").answer.hasPrefix("HTTP/1.1 403 "))
        let own = try KeyedModels(Self.models, aliases: ["best": "gpt-4"]) {
            ($0.models, $0.aliases) = (["mini"], ["gpt-4": "mini"])
        }
        #expect(try served(own, "best").answer.hasPrefix("HTTP/1.1 403 "))
    }
}
