import Config
import Dialects
import FoundationEssentials
import Ledger

/// The price of each deployment's tokens: that of its own parameters, nothing where it stands inside, else that of the
/// price map or the built-in table.
struct PriceBook {
    /// By the deployments' positions.
    let prices: [Price]
    /// The most tokens of an answer, by the deployments' positions, where the price map says it.
    let answerLimits: [Int?]
    /// Tokens that a prompt and its answer may have, by the deployments' positions, where a list says it.
    let contextWindows: [Int?]
    /// Whether the price is known, by the deployments' positions.
    let isKnown: [Bool]
    /// Of the model in `drover.compare_with`; nil where nothing is compared.
    let compared: Price?
    private let table: PriceTable
    /// Warnings for people: clouds whose price nobody knows, entries that cannot be read.
    let warnings: [String]
    /// Of these, what is to be known of prices that are known.
    let notes: [String]

    init(_ configuration: Configuration) throws(SetupFault) {
        var table = PriceTable.published
        var warnings: [String] = []
        if let path = configuration.drover.priceMap {
            let map = try Self.map(at: path.value)
            warnings += map.faults.map { "drover.price_map: \($0)" }
            table.override(with: map)
        }
        var unknown: [String] = []
        var withdrawn: [String] = []
        self.table = table
        let listed = configuration.modelList.map { table.find($0, tag: $0.tag) }
        prices = zip(configuration.modelList, listed).map { deployment, listed in
            if let own = deployment.price.flatMap(Price.init) { return own }
            if deployment.isLocal || deployment.provider.isEmpty { return .free }
            if let listed {
                if listed.isWithdrawn { withdrawn.append("\(deployment.provider)/\(listed.name)") }
                return listed.price
            }
            // Of a pattern each name has its own, which is looked up when it is asked for.
            let name = deployment.baseModel ?? deployment.tag
            if !NamePattern.isOne(name) { unknown.append("\(deployment.provider)/\(name)") }
            return .free
        }
        for name in Set(unknown).sorted() {
            warnings.append(
                "the price of \(name) is not known, so it counts as 0; set model_info.input_cost_per_token and "
                    + "output_cost_per_token, or drover.price_map")
        }
        notes = Set(withdrawn).sorted().map {
            "\($0) is withdrawn by its provider, or about to be; it is priced as it was last listed"
        }
        warnings += notes
        answerLimits = listed.map { $0?.answerLimit }
        contextWindows = listed.map { $0?.contextWindow }
        isKnown = zip(configuration.modelList, listed).map { $0.isLocal || $0.price != nil || $1 != nil }
        compared = try Self.compared(configuration, prices: prices, table: table)
        self.warnings = warnings
    }

    /// The price of a deployment's tokens under another tag than its own, and what the lists say of the model.
    func price(_ deployment: Configuration.Deployment, tag: String) -> (
        price: Price, listed: ListedModel?, isKnown: Bool
    ) {
        let listed = table.find(deployment, tag: tag)
        if let own = deployment.price.flatMap(Price.init) { return (own, listed, true) }
        if deployment.isLocal || deployment.provider.isEmpty { return (.free, listed, true) }
        return (listed?.price ?? .free, listed, listed != nil)
    }

    /// A model here by its name, else one of the table, with its provider in front or without.
    private static func compared(
        _ configuration: Configuration, prices: [Price], table: PriceTable
    ) throws(SetupFault) -> Price? {
        guard let name = configuration.drover.compareWith?.value else { return nil }
        if let model = configuration.models.first(where: { $0.name == name }),
            let cloud = model.deployments.first(where: { prices[$0] != .free })
        {
            return prices[cloud]
        }
        let slash = name.firstIndex(of: "/")
        let providers = slash.map { [String(name[..<$0])] } ?? Providers.all.map(\.name)
        let model = slash.map { String(name[name.index(after: $0)...]) } ?? name
        for provider in providers {
            if let listed = table.find(provider: provider, model: model) { return listed.price }
        }
        throw SetupFault(
            "drover.compare_with: the price of \"\(name)\" is not known; write PROVIDER/MODEL, such as openai/gpt-4o")
    }

    private static func map(at path: String) throws(SetupFault) -> PriceMap {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SetupFault("drover.price_map: \(path) cannot be read")
        }
        do {
            return try PriceMap(json: Array(data))
        } catch {
            throw SetupFault("drover.price_map: \(path): \(error)")
        }
    }
}

extension PriceTable {
    /// The line of the model that a deployment has under a tag.
    fileprivate func find(_ deployment: Configuration.Deployment, tag: String) -> ListedModel? {
        find(provider: deployment.provider, model: deployment.baseModel ?? tag)
    }
}

extension Price {
    /// The price in a deployment's own parameters; nil where they name no price of input or output.
    fileprivate init?(_ own: Configuration.PriceOverride) {
        guard own.input != nil || own.output != nil else { return nil }
        func money(_ text: String?) -> Money? { text.flatMap { Money($0) } }
        let base = Rates(
            input: money(own.input) ?? .zero, output: money(own.output) ?? .zero, cacheRead: money(own.cacheRead),
            cacheWrite: money(own.cacheWrite))
        let tiers = own.longPrompts.map { long in
            Tier(
                above: long.above,
                rates: Rates(
                    input: money(long.input) ?? base.input, output: money(long.output) ?? base.output,
                    cacheRead: money(long.cacheRead) ?? money(own.cacheRead),
                    cacheWrite: money(long.cacheWrite) ?? money(own.cacheWrite)))
        }
        self.init(base, tiers: tiers)
    }
}
