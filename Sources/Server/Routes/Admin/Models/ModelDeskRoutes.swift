import Dialects
import Gateway
import Ledger

/// `/model/new`, `/model/update`, `/model/delete`: entries of `model_list` that are kept in the store, beside those of the file.
struct ModelDeskRoutes {
    let desk: AdminDesk

    func new(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try needKey()
        let name = try call.fields.requiredID("model_name")
        let parameters = try object("litellm_params", call, isRequired: true)
        let info = try object("model_info", call)
        let id = try AdminFields(info).id("id") ?? RowID().text
        guard desk.rows.model(id) == nil, served(id, call) == nil else {
            throw .invalid("there is a model with the id \(id) already; change it by /model/update", "model_info.id")
        }
        let model = StoredModel(
            id: id, name: name, parameters: parameters.description,
            info: info.with([("id", .string(id))]).description, stamps: call.stamps)
        return try await put(model, inPlaceOf: nil, "model/new", call)
    }

    func update(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try needKey()
        let info = try object("model_info", call)
        var given = try AdminFields(info).id("id")
        if given == nil { given = try call.fields.id("model_id") }
        guard let id = given else { throw .missing("model_info.id") }
        // Another gateway may have made or changed it a moment ago.
        await desk.lookAgain()
        let before = try find(id, call)
        var model = before
        if let name = try call.fields.id("model_name") { model.name = name }
        // What is not named stays, as with LiteLLM; so does a secret that comes back as it was shown.
        let parameters = try object("litellm_params", call).list.filter { !ModelDeskRow.isMasked($0) }
        model.parameters = JSONText.stored(model.parameters).with(parameters).description
        model.info = JSONText.stored(model.info).with(info.list + [("id", .string(id))]).description
        call.renew(&model.stamps)
        return try await put(model, inPlaceOf: before, "model/update", call)
    }

    func delete(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try needKey()
        let id = try call.fields.requiredID("id")
        await desk.lookAgain()
        let model = try find(id, call)
        let answer = try await desk.change(call, "model/delete") { () throws(AdminFault) in
            AdminDesk.Plan([.removeModel(id)], subject: model.name) {
                JSONText.object([("message", .string("Model: \(id) deleted successfully"))])
            }
        }
        try Self.expect(await desk.changes.takeModels())
        return answer
    }

    /// Keeps a model and has it take part.
    ///
    /// - Parameter before: what it was made of; nil for a new one. Where another stands there by then, nothing is changed.
    private func put(
        _ model: StoredModel, inPlaceOf before: StoredModel?, _ what: String, _ call: AdminCall
    ) async throws(AdminFault) -> JSONText {
        try Self.check(model)
        let faults = await desk.changes.faults(model, desk.rows.models.filter { $0.id != model.id })
        guard faults.isEmpty else { throw .invalid(faults.joined(separator: "; "), nil) }
        let answer = try await desk.change(call, what) { () throws(AdminFault) in
            guard desk.rows.model(model.id) == before else {
                throw .invalid("the model \(model.id) was changed by somebody else meanwhile; ask again", nil)
            }
            return AdminDesk.Plan([.putModel(model)], subject: model.name) { ModelDeskRow(model).json }
        }
        try Self.expect(await desk.changes.takeModels())
        return answer
    }

    /// Nothing of the process is shown by way of a model, and no mask is kept for a secret.
    private static func check(_ model: StoredModel) throws(AdminFault) {
        let parts: [JSONText] = [.stored(model.parameters), .stored(model.info), .string(model.name)]
        guard !parts.contains(where: ModelDeskRow.holdsMask) else {
            throw .invalid("\(ModelDeskRow.mask) is what is shown of a secret; give the secret, or leave it out", nil)
        }
        guard !parts.contains(where: { ModelDeskRow.spillsVariable($0) }) else {
            throw .invalid(
                "a model over the API takes os.environ/NAME for keys alone, and none of the gateway's own; write it into "
                    + "the configuration file", nil)
        }
    }

    private static func expect(_ report: ReloadReport) throws(AdminFault) {
        guard !report.faults.isEmpty else { return }
        throw .invalid("the model is kept, and takes part once the configuration is sound: \(report.message)", nil)
    }

    private func find(_ id: String, _ call: AdminCall) throws(AdminFault) -> StoredModel {
        if let model = desk.rows.model(id) { return model }
        guard let facts = served(id, call) else { throw .notFound("there is no model with the id \(id.prefix(200))") }
        let shown = id.prefix(200)
        guard let entry = facts.entry else {
            throw .invalid(
                "the model \(shown) is a tag that \(facts.apiBase) lists and drover.expose_tags serves: delete it there, or "
                    + "set expose_tags to off", "id")
        }
        let origin =
            entry == id
            ? "the model \(shown) stands"
            : "the model \(shown) is one of those that come of the model \(entry), which stands"
        guard desk.rows.model(entry) == nil else {
            throw .invalid(
                "the model \(shown) is one of those that come of the model \(entry), which was made over the API: change or "
                    + "delete that one", "id")
        }
        throw .invalid(
            "\(origin) in the configuration file and is not changed over the API; change it there, then POST /config/reload",
            "id")
    }

    /// The model of this id, or one that comes of the entry of this id.
    private func served(_ id: String, _ call: AdminCall) -> DeploymentFacts? {
        let all = call.routes.deployments.lazy.filter { !$0.isGone }.compactMap(\.facts)
        return all.first { $0.id == id } ?? all.first { $0.entry == id }
    }

    private func object(_ name: String, _ call: AdminCall, isRequired: Bool = false) throws(AdminFault) -> JSONText {
        var text: String?
        try call.fields.takeObject(name) { text = $0 }
        guard let text else {
            if isRequired { throw .missing(name) }
            return .object([])
        }
        return .stored(text)
    }

    /// Without one anybody may ask, and nothing is kept.
    private func needKey() throws(AdminFault) {
        guard !desk.facts.requiresKey else { return }
        throw .invalid(
            "no master key is set, so anybody could change models; set general_settings.master_key (or "
                + "LITELLM_MASTER_KEY) and start again, or write the model into the configuration", nil)
    }
}

extension JSONText {
    /// The members of an object; none of anything else.
    fileprivate var list: [(name: String, value: JSONText)] {
        if case .members(let members) = content { members } else { [] }
    }

    /// An object with other members, in their old places where they were there before.
    fileprivate func with(_ others: [(name: String, value: JSONText)]) -> JSONText {
        var members = list
        for other in others {
            if let known = members.firstIndex(where: { $0.name == other.name }) {
                members[known] = other
            } else {
                members.append(other)
            }
        }
        return .object(members)
    }
}
