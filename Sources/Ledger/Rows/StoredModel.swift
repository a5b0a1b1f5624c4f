/// An entry of `model_list` that was made over the API and is kept in the store, with the file's entries.
public struct StoredModel: Sendable, Equatable, Codable {
    /// `model_info.id`, by which the API knows it.
    public let id: String
    /// `model_name`: the name clients ask for.
    public var name: String
    /// `litellm_params` as JSON. May hold keys: it is shown with those left out, and never logged.
    public var parameters: String
    /// `model_info` as JSON, with the id in it.
    public var info: String
    /// When and by whom it was made and last changed.
    public var stamps: Stamps

    /// An entry of these parts.
    public init(id: String, name: String, parameters: String, info: String, stamps: Stamps) {
        (self.id, self.name, self.parameters, self.info, self.stamps) = (id, name, parameters, info, stamps)
    }
}
