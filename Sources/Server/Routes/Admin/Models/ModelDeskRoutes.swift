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
        guard desk.rows.model(id) == nil, !isServed(id, call) else {
            throw .invalid("there is a model with the id \(id) already; change it by /model/update", "model_info.id")
        }
        let model = StoredModel(
            id: id, name: name, parameters: parameters.description,
            info: info.with([("id", .string(id))]).description, stamps: call.stamps)
        return try await put(model, "model/new", call)
    }

    func update(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try needKey()
        let info = try object("model_info", call)
        var given = try AdminFields(info).id("id")
        if given == nil { given = try call.fields.id("model_id") }
        guard let id = given else { throw .missing("model_info.id") }
        var model = try find(id, call)
        if let name = try call.fields.id("model_name") { model.name = name }
        // What is not named stays, as with LiteLLM.
        let parameters = try object("litellm_params", call)
        model.parameters = JSONText.stored(model.parameters).with(parameters.list).description
        model.info = JSONText.stored(model.info).with(info.list + [("id", .string(id))]).description
        call.renew(&model.stamps)
        return try await put(model, "model/update", call)
    }

    func delete(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try needKey()
        let id = try call.fields.requiredID("id")
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
    private func put(_ model: StoredModel, _ what: String, _ call: AdminCall) async throws(AdminFault) -> JSONText {
        let faults = await desk.changes.faults(model, desk.rows.models.filter { $0.id != model.id })
        guard faults.isEmpty else { throw .invalid(faults.joined(separator: "; "), nil) }
        let answer = try await desk.change(call, what) { () throws(AdminFault) in
            AdminDesk.Plan([.putModel(model)], subject: model.name) { ModelDeskRow(model).json }
        }
        try Self.expect(await desk.changes.takeModels())
        return answer
    }

    private static func expect(_ report: ReloadReport) throws(AdminFault) {
        guard !report.faults.isEmpty else { return }
        throw .invalid("the model is kept, and takes part once the configuration is sound: \(report.message)", nil)
    }

    private func find(_ id: String, _ call: AdminCall) throws(AdminFault) -> StoredModel {
        if let model = desk.rows.model(id) { return model }
        guard isServed(id, call) else { throw .notFound("there is no model with the id \(id.prefix(200))") }
        throw .invalid(
            "the model \(id.prefix(200)) stands in the configuration file and is not changed over the API; change it there, "
                + "then POST /config/reload", "id")
    }

    private func isServed(_ id: String, _ call: AdminCall) -> Bool {
        call.routes.deployments.contains { !$0.isGone && $0.facts?.id == id }
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
