import Config
import Dialects
import Ledger
import Logging
import Server

/// The models that were made over the API: kept in the store, and merged with those of the file.
extension GatewayKeeper {
    /// Why a model could not be one of the configuration as it is written now; the file's own faults among it, since with them
    /// nothing changes.
    nonisolated func faults(of model: StoredModel, beside others: [StoredModel]) -> [String] {
        guard let read else {
            return ["the configuration was not read from a file, so no model can be added to it"]
        }
        let loaded = read((others + [model]).map(ModelEntry.init))
        // Another model's are no reason against this one: they keep that one out.
        let names = Set(others.map { ModelEntry($0).name })
        return (loaded.faults + loaded.refusals).filter { !names.contains($0.mark?.file ?? "") }.map { "\($0)" }
    }

    /// Takes up the models that the ledger begins with, before anything runs.
    func begin() async {
        guard !parts.ledger.rows.models.isEmpty else { return }
        await line.perform {
            let report = await self.readAnew()
            await self.tell(report)
        }
    }

    /// Takes up the models that the ledger has. Nothing where they are in force already, by whoever changed them.
    func takeModels() async -> ReloadReport {
        guard parts.ledger.rows.models == models else { return await reload() }
        // Somebody else was first: what that has come to is the answer, once it is done.
        return await line.perform { await ReloadReport(faults: self.latest) }
    }

    /// The configuration with these models. One that has become a fault, since the file has changed, is left out, and said.
    static func load(_ models: [StoredModel], _ read: ConfigurationReading, _ logger: Logger) -> Loaded {
        let entries = models.map(ModelEntry.init)
        let loaded = read(entries)
        let faulty = Set(loaded.faults.compactMap { $0.mark?.file })
        let sound = entries.filter { !faulty.contains($0.name) }
        guard sound.count < entries.count else { return loaded }
        for fault in loaded.faults where entries.contains(where: { $0.name == fault.mark?.file }) {
            logger.warning("A model of the store is left out.", metadata: ["fault": "\(fault)"])
        }
        return read(sound)
    }
}

extension ModelEntry {
    /// A model of the store as it would stand in the file.
    init(_ model: StoredModel) {
        let json = JSONText.object([
            ("model_name", .string(model.name)), ("litellm_params", JSONText(model.parameters) ?? .null),
            ("model_info", JSONText(model.info) ?? .null),
        ])
        self.init(name: "the store's model \(model.id)", json: json.description)
    }
}
